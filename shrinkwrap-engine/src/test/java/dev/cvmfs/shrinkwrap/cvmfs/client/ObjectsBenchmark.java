package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.cache.LocalObjects;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Prints how many objects come through in a second, by one thread, by that thread with prefetching,
 * and by 32 threads as the layer writer has them. Run it by hand: it takes a number of objects,
 * their size in bytes, and the milliseconds that the server on this machine waits before each
 * answer. To measure against another server, give the folder that it serves and its URL as well.
 */
final class ObjectsBenchmark {
  private static final int AHEAD = 64;
  private static final int THREADS = 32;
  private static final int ROUNDS = 3;

  /** Fetching one after the other takes so long that a few must do. */
  private static final int FEW = 200;

  private final List<ObjectRef> objects;
  private final URI url;
  private final Path folder;

  private ObjectsBenchmark(List<ObjectRef> objects, URI url, Path folder) {
    this.objects = objects;
    this.url = url;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    int size = Integer.parseInt(arguments[1]);
    long wait = Long.parseLong(arguments[2]);
    Path caches = Files.createTempDirectory("objects");
    Path served = arguments.length > 3 ? Path.of(arguments[3]) : caches.resolve("server");
    List<ObjectRef> objects = makeUp(count, size, served);
    if (arguments.length > 4) {
      new ObjectsBenchmark(objects, URI.create(arguments[4]), caches).run();
      return;
    }
    try (RepositoryServer server = RepositoryServer.of(served)) {
      server.watch(exchange -> sleep(wait));
      new ObjectsBenchmark(objects, URI.create(server.url()), caches).run();
    }
  }

  private static void sleep(long milliseconds) {
    try {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<ObjectRef> makeUp(int count, int size, Path folder) throws IOException {
    Random random = new Random(1);
    ObjectCache server = LocalObjects.in(folder).own();
    List<ObjectRef> objects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      ContentHash hash = HashAlgorithm.SHA1.hash(content);
      Path file = server.file(new ObjectName(hash, ObjectKind.DATA));
      Files.createDirectories(file.resolveSibling("."));
      Files.write(file, content);
      objects.add(new ObjectRef(hash, ObjectKind.DATA, Compression.NONE, size));
    }
    return objects;
  }

  private void run() throws Exception {
    ExecutorService background = Executors.newFixedThreadPool(16);
    ExecutorService readers = Executors.newFixedThreadPool(THREADS);
    try (Scratch scratch = Scratch.below(folder.resolve("tmp"));
        Transports transports = new Transports("benchmark")) {
      for (int round = 0; round < ROUNDS; round++) {
        CachedObjects one = store("one" + round, scratch, transports, background);
        List<ObjectRef> few = objects.subList(0, Math.min(FEW, objects.size()));
        measure("one after the other", few, () -> inOrder(one, few, 0));
        measure("from the cache", few, () -> inOrder(one, few, 0));
        CachedObjects two = store("two" + round, scratch, transports, background);
        measure("prefetched", objects, () -> inOrder(two, objects, AHEAD));
        CachedObjects three = store("three" + round, scratch, transports, background);
        measure(THREADS + " threads", objects, () -> together(three, readers));
        measure(THREADS + " threads, cached", objects, () -> together(three, readers));
      }
    }
    readers.shutdownNow();
    background.shutdownNow();
  }

  private CachedObjects store(
      String name, Scratch scratch, Transports transports, ExecutorService background) {
    CvmfsConf conf = CvmfsConf.of(Conf.empty(), "x");
    Downloader downloader =
        new Downloader(
            "x",
            new Rotation<>(List.of(url), Duration.ofHours(1), Clock.systemUTC()),
            new Rotation<>(List.of(Optional.empty()), Duration.ofHours(1), Clock.systemUTC()),
            NetworkSettings.of(conf.network()),
            transports,
            new Random(1),
            Sleeper.system(),
            System::nanoTime);
    return new CachedObjects(
        LocalObjects.in(folder.resolve(name)),
        scratch,
        new Servers("x", downloader, Optional.empty()),
        background);
  }

  private static boolean inOrder(CachedObjects store, List<ObjectRef> wanted, int ahead)
      throws IOException {
    for (int i = -ahead; i < wanted.size(); i++) {
      if (ahead > 0 && i + ahead < wanted.size()) {
        store.prefetch(wanted.get(i + ahead));
      }
      if (i >= 0) {
        read(store, wanted.get(i));
      }
    }
    return true;
  }

  private boolean together(CachedObjects store, ExecutorService readers) throws Exception {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    objects.forEach(object -> tasks.add(() -> read(store, object)));
    for (Future<Boolean> task : readers.invokeAll(tasks)) {
      task.get();
    }
    return true;
  }

  private static boolean read(CachedObjects store, ObjectRef object) throws IOException {
    try (InputStream content = store.open(object)) {
      content.transferTo(OutputStream.nullOutputStream());
    }
    return true;
  }

  private static void measure(String what, List<ObjectRef> objects, Callable<Boolean> work)
      throws Exception {
    long start = System.nanoTime();
    work.call();
    double seconds = (System.nanoTime() - start) / 1e9;
    long bytes = objects.stream().mapToLong(ObjectRef::size).sum();
    System.out.printf(
        "%-20s %,d objects in %.2f s: %,.0f a second, %,.1f MB/s%n",
        what, objects.size(), seconds, objects.size() / seconds, bytes / seconds / 1e6);
  }
}
