package dev.cvmfs.it.benchmark;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * One run in a Java of its own, so that it starts as cold as the program does. Prints lines of
 * {@code name=number}.
 */
final class CvmfsRun {
  private static final int AHEAD = 64;

  private final CvmfsClient client;
  private final String server;
  private final Path keys;

  private CvmfsRun(CvmfsClient client, String server, Path keys) {
    this.client = client;
    this.server = server;
    this.keys = keys;
  }

  /** Takes the server's URL template, the folder of the master keys, and an empty cache. */
  public static void main(String[] arguments) throws IOException {
    try (CvmfsClient client = CvmfsClient.withCache(Path.of(arguments[2]))) {
      CvmfsRun run = new CvmfsRun(client, arguments[0], Path.of(arguments[1]));
      for (String temperature : List.of("cold", "warm")) {
        run.walk(temperature);
        run.read(CvmfsBenchmark.SMALL, temperature);
        run.read(CvmfsBenchmark.LARGE, temperature);
      }
    }
    long heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum();
    System.out.printf("heap=%d%n", heap >> 20);
  }

  private Snapshot open(String fqrn) throws IOException {
    Map<String, String> settings =
        Map.of(
            "CVMFS_SERVER_URL", server, "CVMFS_PUBLIC_KEY", keys.resolve(fqrn + ".pub").toString());
    return client.open(CvmfsConf.of(Conf.of(settings, "benchmark"), fqrn));
  }

  private static List<Entry.RegularFile> files(Snapshot snapshot) {
    List<Entry.RegularFile> files = new ArrayList<>();
    try (EntryCursor cursor = snapshot.walk(everything())) {
      while (cursor.hasNext()) {
        if (cursor.next() instanceof Entry.RegularFile file) {
          files.add(file);
        }
      }
    }
    return files;
  }

  private static Specification everything() {
    return Specification.parse("/*".getBytes(StandardCharsets.US_ASCII), "all.spec");
  }

  private void walk(String temperature) throws IOException {
    long start = System.nanoTime();
    long entries = 0;
    try (Snapshot snapshot = open(CvmfsBenchmark.MANY);
        EntryCursor cursor = snapshot.walk(everything())) {
      while (cursor.hasNext()) {
        cursor.next();
        entries++;
      }
    }
    System.out.printf("walk.%s=%.1f%n", temperature, entries / seconds(start));
  }

  /** As the program does it: hints for what comes next, one file after the other. */
  private void read(String fqrn, String temperature) throws IOException {
    try (Snapshot snapshot = open(fqrn)) {
      List<Entry.RegularFile> files = files(snapshot);
      ObjectStore objects = snapshot.objects();
      Queue<ObjectRef> ahead = new ArrayDeque<>();
      files.forEach(file -> ahead.addAll(file.objects()));
      long start = System.nanoTime();
      for (int i = 0; i < AHEAD && !ahead.isEmpty(); i++) {
        objects.prefetch(ahead.remove());
      }
      long bytes = 0;
      for (Entry.RegularFile file : files) {
        for (int i = 0; i < file.objects().size() && !ahead.isEmpty(); i++) {
          objects.prefetch(ahead.remove());
        }
        try (InputStream content = FileContent.open(objects, file)) {
          bytes += content.transferTo(OutputStream.nullOutputStream());
        }
      }
      double seconds = seconds(start);
      System.out.printf("%s.files.%s=%.1f%n", fqrn, temperature, files.size() / seconds);
      System.out.printf("%s.megabytes.%s=%.3f%n", fqrn, temperature, bytes / 1e6 / seconds);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
