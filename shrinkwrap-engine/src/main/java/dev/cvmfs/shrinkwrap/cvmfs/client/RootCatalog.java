package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.catalog.Catalog;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.NestedCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * The root catalog of a snapshot, fetched and inflated when something of it is first wanted. A run
 * that finds by the root hash alone that there is nothing to do never needs it.
 */
final class RootCatalog implements AutoCloseable {
  private final NestedCatalog identity;
  private final boolean alternativePath;
  private final CatalogFiles files;
  private Optional<Path> inflated = Optional.empty();

  /**
   * @param alternativePath whether the server has it under a name of its own as well
   */
  RootCatalog(NestedCatalog identity, boolean alternativePath, CatalogFiles files) {
    this.identity = identity;
    this.alternativePath = alternativePath;
    this.files = files;
  }

  NestedCatalog identity() {
    return identity;
  }

  /** The inflated file; it stays until this is closed. */
  synchronized Path file() {
    if (inflated.isEmpty()) {
      try {
        inflated = Optional.of(files.inflateRoot(identity, alternativePath));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return inflated.get();
  }

  /** Looks something up. */
  <T> T read(Function<Catalog, T> lookup) {
    try (Catalog catalog = Catalog.open(file(), identity)) {
      return lookup.apply(catalog);
    }
  }

  @Override
  public synchronized void close() {
    if (inflated.isPresent()) {
      try {
        Files.deleteIfExists(inflated.get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      inflated = Optional.empty();
    }
  }
}
