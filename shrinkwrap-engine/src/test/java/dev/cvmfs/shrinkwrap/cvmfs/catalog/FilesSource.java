package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Catalogs that lie ready as files, by their hashes; remembers what was asked of it. */
final class FilesSource implements CatalogSource {
  private final Map<String, Path> files;
  final List<String> prefetched = new ArrayList<>();
  final List<String> opened = new ArrayList<>();

  FilesSource(Map<String, Path> files) {
    this.files = files;
  }

  @Override
  public Catalog open(NestedCatalog catalog) {
    opened.add(catalog.mountpoint().toString());
    Path file = files.get(catalog.hash().toString());
    if (file == null) {
      throw new IllegalArgumentException("no file for " + catalog);
    }
    return Catalog.open(file, catalog);
  }

  @Override
  public void prefetch(NestedCatalog catalog) {
    prefetched.add(catalog.mountpoint().toString());
  }

  @Override
  public void close() {}
}
