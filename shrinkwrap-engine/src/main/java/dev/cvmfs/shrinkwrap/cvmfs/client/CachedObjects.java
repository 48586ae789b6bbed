package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectCache;
import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectName;
import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.cvmfs.network.Downloader;
import dev.cvmfs.shrinkwrap.object.Compression;
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
 * A repository's objects: from the cache, or from its servers through the cache. What several
 * threads want at the same time is fetched once.
 */
final class CachedObjects implements ObjectStore {
  private static final Logger log = LoggerFactory.getLogger(CachedObjects.class);
  private static final int ATTEMPTS = 3;

  private final ObjectCache cache;
  private final Scratch scratch;
  private final Downloader downloader;
  private final Executor background;
  private final Map<ObjectName, CompletableFuture<Fetched>> inFlight = new ConcurrentHashMap<>();

  CachedObjects(ObjectCache cache, Scratch scratch, Downloader downloader, Executor background) {
    this.cache = cache;
    this.scratch = scratch;
    this.downloader = downloader;
    this.background = background;
  }

  @Override
  public boolean isLocal(ObjectRef object) {
    return cache.contains(name(object));
  }

  @Override
  public InputStream open(ObjectRef object) throws IOException {
    ObjectName name = name(object);
    return open("object " + object.hash(), name, name.url(), mostBytes(object));
  }

  @Override
  public void prefetch(ObjectRef object) {
    ObjectName name = name(object);
    if (cache.contains(name) || inFlight.containsKey(name)) {
      return;
    }
    try {
      background.execute(
          () -> {
            try {
              fetchOnce("object " + object.hash(), name, name.url(), mostBytes(object));
            } catch (CvmfsFailure | IOException e) {
              log.debug("prefetching {} failed, opening it will tell", name.path(), e);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("too busy to prefetch {}", name.path());
    }
  }

  private static ObjectName name(ObjectRef object) {
    return new ObjectName(object.hash(), object.kind());
  }

  /** The stored size is not known beforehand, but zlib can only make things so much longer. */
  private static long mostBytes(ObjectRef object) {
    return object.compression() == Compression.NONE
        ? object.size()
        : object.size() + object.size() / 64 + 4096;
  }

  /**
   * Opens any kind of object.
   *
   * @param what for messages
   * @param url below the repository's
   * @param limit the most bytes it may have as stored
   */
  InputStream open(String what, ObjectName name, String url, long limit) throws IOException {
    // Comes round again only if a process empties the cache while we fill it.
    for (int attempt = 1; ; attempt++) {
      Optional<InputStream> cached = cache.open(name);
      if (cached.isPresent()) {
        return cached.get();
      }
      Optional<InputStream> fetched = opened(fetchOnce(what, name, url, limit), name);
      if (fetched.isPresent()) {
        return fetched.get();
      }
      if (attempt == ATTEMPTS) {
        throw new IOException(
            "%s vanishes as soon as it is stored; who empties the cache?"
                .formatted(cache.file(name)));
      }
    }
  }

  private Optional<InputStream> opened(Fetched fetched, ObjectName name) throws IOException {
    if (fetched instanceof Fetched.InMemory small) {
      return Optional.of(new ByteArrayInputStream(small.content()));
    }
    return fetched instanceof Fetched.InFile ? cache.openStored(name) : Optional.empty();
  }

  private Fetched fetchOnce(String what, ObjectName name, String url, long limit)
      throws IOException {
    CompletableFuture<Fetched> ours = new CompletableFuture<>();
    CompletableFuture<Fetched> theirs = inFlight.putIfAbsent(name, ours);
    if (theirs != null) {
      return await(theirs);
    }
    try {
      // Another thread may have finished between our look into the cache and now.
      Fetched fetched =
          cache.contains(name) ? new Fetched.Elsewhere() : fetch(what, name, url, limit);
      ours.complete(fetched);
      return fetched;
    } catch (IOException | RuntimeException | Error e) {
      ours.completeExceptionally(e);
      throw e;
    } finally {
      inFlight.remove(name);
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

  private Fetched fetch(String what, ObjectName name, String url, long limit) throws IOException {
    Path temporary = scratch.newFile("object");
    try {
      Fetched fetched =
          downloader
              .download(what, url, limit, body -> Fetched.receive(body, name.hash(), temporary))
              .content();
      if (fetched instanceof Fetched.InMemory small) {
        Files.write(temporary, small.content());
      }
      cache.store(temporary, name);
      return fetched;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }
}
