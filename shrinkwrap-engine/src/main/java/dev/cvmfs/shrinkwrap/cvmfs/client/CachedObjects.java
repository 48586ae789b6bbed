package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectCache;
import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectName;
import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.cvmfs.network.BadDataException;
import dev.cvmfs.shrinkwrap.cvmfs.network.Downloader;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
  private static final int BUFFER = 1 << 15;

  private final ObjectCache cache;
  private final Scratch scratch;
  private final Downloader downloader;
  private final Executor background;
  private final Map<ObjectName, CompletableFuture<Boolean>> inFlight = new ConcurrentHashMap<>();

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
    Optional<InputStream> cached = cache.open(name);
    if (cached.isPresent()) {
      return cached.get();
    }
    fetchOnce(what, name, url, limit);
    return cache.openStored(name);
  }

  private void fetchOnce(String what, ObjectName name, String url, long limit) throws IOException {
    CompletableFuture<Boolean> ours = new CompletableFuture<>();
    CompletableFuture<Boolean> theirs = inFlight.putIfAbsent(name, ours);
    if (theirs != null) {
      await(theirs);
      return;
    }
    try {
      // Another thread may have finished between our look into the cache and now.
      if (!cache.contains(name)) {
        fetch(what, name, url, limit);
      }
      ours.complete(true);
    } catch (IOException | RuntimeException | Error e) {
      ours.completeExceptionally(e);
      throw e;
    } finally {
      inFlight.remove(name);
    }
  }

  private static void await(CompletableFuture<Boolean> download) throws IOException {
    try {
      download.join();
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

  private void fetch(String what, ObjectName name, String url, long limit) throws IOException {
    Path temporary = scratch.newFile("object");
    try {
      downloader.download(what, url, limit, body -> receive(body, name.hash(), temporary));
      cache.store(temporary, name);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static Path receive(InputStream body, ContentHash expected, Path temporary)
      throws IOException {
    ContentHasher hasher = expected.algorithm().hasher();
    try (OutputStream file = Files.newOutputStream(temporary)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        hasher.update(buffer, 0, count);
        file.write(buffer, 0, count);
      }
    }
    ContentHash actual = hasher.finish();
    if (!actual.equals(expected)) {
      throw new BadDataException(
          "sent something else: %,d bytes that hash to %s"
              .formatted(Files.size(temporary), actual));
    }
    return temporary;
  }
}
