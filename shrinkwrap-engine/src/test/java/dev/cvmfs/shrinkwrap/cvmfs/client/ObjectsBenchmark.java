package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectCache;
import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectName;
import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.cvmfs.http.Transports;
import dev.cvmfs.shrinkwrap.cvmfs.network.Downloader;
import dev.cvmfs.shrinkwrap.cvmfs.network.NetworkSettings;
import dev.cvmfs.shrinkwrap.cvmfs.network.Rotation;
import dev.cvmfs.shrinkwrap.cvmfs.network.Sleeper;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Prints how many objects come through in a second from a server on this machine, which may wait
 * before each answer. Run it by hand: it takes a number of objects, their size in bytes and that
 * wait in milliseconds.
 */
final class ObjectsBenchmark {
  private static final int AHEAD = 64;

  private ObjectsBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    int size = Integer.parseInt(arguments[1]);
    long wait = Long.parseLong(arguments[2]);
    Path folder = Files.createTempDirectory("objects");
    List<ObjectRef> objects = makeUp(count, size, folder);
    try (RepositoryServer server = RepositoryServer.of(folder);
        Scratch scratch = Scratch.below(folder.resolve("tmp"));
        Transports transports = new Transports("benchmark")) {
      if (wait > 0) {
        for (ObjectRef object : objects) {
          server.misbehave(
              new ObjectName(object.hash(), object.kind()).url(),
              (exchange, file) -> {
                try {
                  Thread.sleep(wait);
                } catch (InterruptedException e) {
                  throw new IOException(e);
                }
                RepositoryServer.send(exchange, 200, file.orElseThrow());
              });
        }
      }
      ExecutorService threads = Executors.newFixedThreadPool(8);
      for (int round = 0; round < 3; round++) {
        Path cache = folder.resolve("cache" + round);
        CachedObjects store =
            new CachedObjects(
                new ObjectCache(cache), scratch, downloader(server.url(), transports), threads);
        measure("one after the other", objects, store, 0);
        measure("from the cache", objects, store, 0);
        Path another = folder.resolve("another" + round);
        CachedObjects prefetching =
            new CachedObjects(
                new ObjectCache(another), scratch, downloader(server.url(), transports), threads);
        measure("prefetched", objects, prefetching, AHEAD);
        long start = System.nanoTime();
        for (ObjectRef object : objects) {
          Path file = new ObjectCache(cache).file(new ObjectName(object.hash(), object.kind()));
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        }
        print("fsync alone", objects, start);
      }
      threads.shutdownNow();
    }
  }

  private static List<ObjectRef> makeUp(int count, int size, Path folder) throws IOException {
    Random random = new Random(1);
    ObjectCache server = new ObjectCache(folder);
    List<ObjectRef> objects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      ContentHash hash = HashAlgorithm.SHA1.hash(content);
      ObjectRef object = new ObjectRef(hash, ObjectKind.DATA, Compression.NONE, size);
      Path file = server.file(new ObjectName(hash, ObjectKind.DATA));
      Files.createDirectories(file.resolveSibling("."));
      Files.write(file, content);
      objects.add(object);
    }
    return objects;
  }

  private static Downloader downloader(String url, Transports transports) {
    CvmfsConf conf = CvmfsConf.of(Conf.empty(), "x");
    return new Downloader(
        "x",
        new Rotation<>(List.of(URI.create(url)), Duration.ofHours(1), Clock.systemUTC()),
        new Rotation<>(List.of(Optional.empty()), Duration.ofHours(1), Clock.systemUTC()),
        NetworkSettings.of(conf),
        transports,
        new Random(1),
        Sleeper.system(),
        System::nanoTime);
  }

  private static void measure(String what, List<ObjectRef> objects, CachedObjects store, int ahead)
      throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < Math.min(ahead, objects.size()); i++) {
      store.prefetch(objects.get(i));
    }
    for (int i = 0; i < objects.size(); i++) {
      if (ahead > 0 && i + ahead < objects.size()) {
        store.prefetch(objects.get(i + ahead));
      }
      try (InputStream content = store.open(objects.get(i))) {
        content.transferTo(OutputStream.nullOutputStream());
      }
    }
    print(what, objects, start);
  }

  private static void print(String what, List<ObjectRef> objects, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    long bytes = objects.stream().mapToLong(ObjectRef::size).sum();
    System.out.printf(
        "%-20s %,d objects in %.2f s: %,.0f a second, %,.1f MB/s%n",
        what, objects.size(), seconds, objects.size() / seconds, bytes / seconds / 1e6);
  }
}
