package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.cache.LocalObjects;
import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectName;
import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A repository's objects: from the local caches, or from its servers through our own cache. What
 * several threads want at the same time is fetched once.
 */
final class CachedObjects implements ObjectStore, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CachedObjects.class);
  private static final int ATTEMPTS = 3;

  private final LocalObjects local;
  private final Scratch scratch;
  private final Servers servers;
  private final Executor background;
  private final Map<ObjectName, CompletableFuture<Fetched>> inFlight = new ConcurrentHashMap<>();

  CachedObjects(LocalObjects local, Scratch scratch, Servers servers, Executor background) {
    this.local = local;
    this.scratch = scratch;
    this.servers = servers;
    this.background = background;
  }

  @Override
  public boolean isLocal(ObjectRef object) {
    WantedObject wanted = WantedObject.of(object);
    return local.contains(wanted.name(), wanted.compression());
  }

  @Override
  public InputStream open(ObjectRef object) throws IOException {
    return open(WantedObject.of(object));
  }

  @Override
  public InputStream openUnchecked(ObjectRef object) throws IOException {
    WantedObject wanted = WantedObject.of(object);
    Optional<InputStream> stored = local.own().openStored(wanted.name());
    return stored.isPresent() ? stored.get() : open(wanted);
  }

  @Override
  public void prefetch(ObjectRef object) {
    WantedObject wanted = WantedObject.of(object);
    if (inFlight.containsKey(wanted.name())
        || local.contains(wanted.name(), wanted.compression())) {
      return;
    }
    try {
      background.execute(
          () -> {
            try {
              fetchOnce(wanted);
            } catch (RuntimeException | IOException e) {
              log.debug("prefetching {} failed, opening it will tell", wanted.name().path(), e);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("too busy to prefetch {}", wanted.name().path());
    }
  }

  /**
   * Opens any kind of object.
   *
   * @throws CvmfsFailure if no server gives it
   * @throws IOException if the cache fails
   */
  InputStream open(WantedObject wanted) throws IOException {
    // Comes round again only if a process empties the cache while we fill it.
    for (int attempt = 1; ; attempt++) {
      Optional<InputStream> cached = local.open(wanted.name(), wanted.compression());
      if (cached.isPresent()) {
        return cached.get();
      }
      Optional<InputStream> fetched = opened(fetchOnce(wanted), wanted.name());
      if (fetched.isPresent()) {
        return fetched.get();
      }
      if (attempt == ATTEMPTS) {
        throw new IOException(
            "%s vanishes as soon as it is stored; who empties the cache?"
                .formatted(local.own().file(wanted.name())));
      }
    }
  }

  private Optional<InputStream> opened(Fetched fetched, ObjectName name) throws IOException {
    if (fetched instanceof Fetched.InMemory small) {
      return Optional.of(new ByteArrayInputStream(small.content()));
    }
    return fetched instanceof Fetched.InFile ? local.own().openStored(name) : Optional.empty();
  }

  private Fetched fetchOnce(WantedObject wanted) throws IOException {
    CompletableFuture<Fetched> ours = new CompletableFuture<>();
    CompletableFuture<Fetched> theirs = inFlight.putIfAbsent(wanted.name(), ours);
    if (theirs != null) {
      return await(theirs);
    }
    try {
      // Another thread may have finished between our look into the cache and now.
      boolean present = local.own().contains(wanted.name());
      Fetched fetched = present ? new Fetched.Elsewhere() : fetch(wanted);
      ours.complete(fetched);
      return fetched;
    } catch (IOException | RuntimeException | Error e) {
      ours.completeExceptionally(e);
      throw e;
    } finally {
      inFlight.remove(wanted.name());
    }
  }

  private static Fetched await(CompletableFuture<Fetched> download) throws IOException {
    try {
      return download.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private Fetched fetch(WantedObject wanted) throws IOException {
    Path temporary = scratch.newFile("object");
    try {
      Fetched fetched =
          servers
              .of(wanted)
              .download(
                  wanted.download(), body -> Fetched.receive(body, wanted.name().hash(), temporary))
              .content();
      if (fetched instanceof Fetched.InMemory small) {
        Files.write(temporary, small.content());
      }
      local.own().store(temporary, wanted.name());
      return fetched;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** Brings our own cache below its quota, if there is one and something was added. */
  @Override
  public void close() {
    local.own().close();
  }
}
