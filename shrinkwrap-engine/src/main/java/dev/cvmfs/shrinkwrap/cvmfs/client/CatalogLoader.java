package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Catalog;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.CatalogSource;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.NestedCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The catalogs of one walk, some of them fetched and inflated ahead of time. All methods are for
 * the walking thread.
 */
final class CatalogLoader implements CatalogSource {
  private final RootCatalog root;
  private final CatalogFiles files;
  private final Executor background;
  private final AtomicLong opened;
  private final Map<NestedCatalog, FutureTask<Path>> underway = new HashMap<>();

  /**
   * @param root the root catalog, whose file stays
   * @param opened counts the catalogs
   */
  CatalogLoader(RootCatalog root, CatalogFiles files, Executor background, AtomicLong opened) {
    this.root = root;
    this.files = files;
    this.background = background;
    this.opened = opened;
  }

  @Override
  public void prefetch(NestedCatalog catalog) {
    FutureTask<Path> task = new FutureTask<>(() -> files.inflate(catalog));
    if (underway.putIfAbsent(catalog, task) == null) {
      try {
        background.execute(task);
      } catch (RejectedExecutionException e) {
        underway.remove(catalog);
      }
    }
  }

  @Override
  public Catalog open(NestedCatalog catalog) {
    if (catalog.equals(root.identity())) {
      return counted(Catalog.open(root.file(), catalog));
    }
    FutureTask<Path> task = underway.remove(catalog);
    if (task == null) {
      task = new FutureTask<>(() -> files.inflate(catalog));
    }
    // Does nothing if another thread has begun it; otherwise there is no reason to wait for one.
    task.run();
    Path file = await(task);
    try {
      return counted(Catalog.open(file, catalog));
    } finally {
      // SQLite holds it open, and nobody else needs it.
      delete(file);
    }
  }

  private Catalog counted(Catalog catalog) {
    opened.incrementAndGet();
    return catalog;
  }

  private static Path await(FutureTask<Path> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw new UncheckedIOException(failure);
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("fetching a catalog failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CvmfsFailure.Network("interrupted while fetching a catalog", e);
    }
  }

  @Override
  public void close() {
    for (FutureTask<Path> task : underway.values()) {
      if (!task.cancel(false)) {
        discard(task);
      }
    }
    underway.clear();
  }

  private static void discard(FutureTask<Path> task) {
    try {
      delete(task.get());
    } catch (ExecutionException | CancellationException e) {
      // It never became a file.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
