package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectName;
import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.History;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.NestedCatalog;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Sqlite;
import dev.cvmfs.shrinkwrap.cvmfs.content.ZlibStream;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Catalogs and other databases as files that SQLite can open. The files are temporary: a kept one
 * could not be checked against a hash any more, and inflating again is quick.
 */
final class CatalogFiles {
  private static final long MAX_STORED = 2L << 30;
  private static final long MAX_INFLATED = 16L << 30;

  private final CachedObjects objects;
  private final Scratch scratch;

  CatalogFiles(CachedObjects objects, Scratch scratch) {
    this.objects = objects;
    this.scratch = scratch;
  }

  /** Fetches and inflates a catalog into a file, which is the caller's to delete. */
  Path inflate(NestedCatalog catalog) throws IOException {
    ObjectName name = new ObjectName(catalog.hash(), ObjectKind.CATALOG);
    return inflate(describe(catalog), name, name.url());
  }

  /** The same for a root catalog, which may lie elsewhere. */
  Path inflateRoot(NestedCatalog root, boolean alternativePath) throws IOException {
    ObjectName name = new ObjectName(root.hash(), ObjectKind.CATALOG);
    String what = "the root " + describe(root);
    return inflate(what, name, alternativePath ? name.alternativeUrl() : name.url());
  }

  /** Looks something up in the database of tags. */
  <T> T history(ContentHash hash, Function<History, T> lookup) throws IOException {
    ObjectName name = new ObjectName(hash, ObjectKind.HISTORY);
    Path database = inflate("the history " + hash, name, name.url());
    try {
      return lookup.apply(new History(database));
    } finally {
      Files.deleteIfExists(database);
    }
  }

  private static String describe(NestedCatalog catalog) {
    return "catalog %s of %s".formatted(catalog.hash(), catalog.mountpoint());
  }

  private Path inflate(String what, ObjectName name, String url) throws IOException {
    Sqlite.load(scratch.directory());
    Path file = scratch.newFile("database");
    try (InputStream stored = objects.open(WantedObject.compressed(what, name, url, MAX_STORED));
        InputStream inflated = new ZlibStream(stored, what, MAX_INFLATED);
        OutputStream output = Files.newOutputStream(file)) {
      inflated.transferTo(output);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return file;
  }
}
