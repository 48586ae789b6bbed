package dev.cvmfs.it.benchmark;

import dev.cvmfs.it.Command;
import dev.cvmfs.it.CommandLine;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long exports take: fresh with an empty cache, fresh from the cache, with nothing new, and
 * with one file in a hundred changed; to the folder for temporary files, and to memory where there
 * is {@code /dev/shm}. Beside it {@code cp -a} of the tree that was made, which is what any program
 * has to write; and the original, if {@code CVMFS_SHRINKWRAP_ORIGINAL} names its program.
 */
final class ExportBenchmark {
  private static final String FQRN = "export.example.org";
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String MANIFEST = ".cvmfspublished";
  private static final int CHANGED_IN_1000 = 10;
  private static final List<String> STEPS =
      List.of("fresh, cold", "fresh, warm", "nothing new", "1 % new");

  /** How much of everything. */
  record Size(int runs, int files, int megabytes) {
    static Size of(Options options) {
      return new Size(
          options.number("runs", 3),
          options.number("files", 20_000),
          options.number("megabytes", 1_500));
    }
  }

  /** A program that exports. */
  private interface Exporter {
    void export(Path conf, Path cache, Path base);
  }

  private final Size size;
  private final Path folder;
  private final Path specification;
  private final Results results = new Results();

  private ExportBenchmark(Size size, Path folder) throws IOException {
    this.size = size;
    this.folder = folder;
    this.specification = Files.writeString(folder.resolve("all.spec"), "/*\n");
  }

  static void run(Size size, PrintStream out) throws IOException {
    Path folder = Files.createTempDirectory("benchmark");
    try {
      new ExportBenchmark(size, folder).run(out);
    } finally {
      delete(folder);
    }
  }

  private void run(PrintStream out) throws IOException {
    Path repository = folder.resolve("cvmfs").resolve(FQRN);
    MadeUpTree tree = new MadeUpTree(size.files(), size.megabytes() * 1_000_000L);
    RepositoryPublisher publisher =
        new RepositoryPublisher(repository, PublisherOptions.named(FQRN).chunkSize(8 << 20));
    publisher.publish(tree.tree(0));
    byte[] first = Files.readAllBytes(repository.resolve(MANIFEST));
    publisher.publish(tree.tree(CHANGED_IN_1000));
    byte[] second = Files.readAllBytes(repository.resolve(MANIFEST));
    Map<String, Path> places = new LinkedHashMap<>();
    places.put("disk", folder);
    if (Files.isWritable(MEMORY)) {
      places.put("memory", MEMORY);
    }
    Map<String, Exporter> programs = programs();
    try (StaticServer server = StaticServer.start(folder, List.of(FQRN))) {
      out.printf(
          "%,d files, %,d MB, from %s to %s; %d runs; seconds%n%n",
          size.files(), size.megabytes(), server.name(), places.values(), size.runs());
      for (int run = 0; run < size.runs(); run++) {
        for (Map.Entry<String, Path> place : places.entrySet()) {
          for (Map.Entry<String, Exporter> program : programs.entrySet()) {
            Path work = Files.createTempDirectory(place.getValue(), "benchmark");
            try {
              String name = "%s, to %s: ".formatted(program.getKey(), place.getKey());
              Files.write(repository.resolve(MANIFEST), first);
              fresh(name, program.getValue(), server, work);
              Files.write(repository.resolve(MANIFEST), second);
              changed(name, program.getValue(), server, work);
              copied(place.getKey(), work);
            } finally {
              delete(work);
            }
          }
        }
      }
    }
    results.print(out);
    places.keySet().forEach(place -> compare(place, out));
  }

  private Map<String, Exporter> programs() {
    Map<String, Exporter> programs = new LinkedHashMap<>();
    programs.put("ours", this::ours);
    Optional.ofNullable(System.getenv("CVMFS_SHRINKWRAP_ORIGINAL"))
        .ifPresent(
            program ->
                programs.put(
                    "original", (conf, cache, base) -> original(program, conf, cache, base)));
    return programs;
  }

  private void compare(String place, PrintStream out) {
    for (String step : STEPS) {
      String ours = "ours, to %s: %s".formatted(place, step);
      String original = "original, to %s: %s".formatted(place, step);
      if (results.has(original)) {
        out.printf(
            "%s, to %s: the original takes %.1f times as long%n",
            step, place, results.median(original) / results.median(ours));
      }
      out.printf(
          "%s, to %s: %.2f of the time of cp -a%n",
          step, place, results.median(ours) / results.median(copying(place)));
    }
  }

  private void fresh(String name, Exporter program, StaticServer server, Path work)
      throws IOException {
    Path cache = work.resolve("cache");
    Path conf = conf(server, cache, work);
    Path cold = work.resolve("cold");
    time(name + "fresh, cold", () -> program.export(conf, cache, cold));
    delete(cold);
    time(name + "fresh, warm", () -> program.export(conf, cache, work.resolve("kept")));
    time(name + "nothing new", () -> program.export(conf, cache, work.resolve("kept")));
  }

  private void changed(String name, Exporter program, StaticServer server, Path work)
      throws IOException {
    Path cache = work.resolve("cache");
    Path conf = conf(server, cache, work);
    time(name + "1 % new", () -> program.export(conf, cache, work.resolve("kept")));
  }

  private static String copying(String place) {
    return "cp -a of the tree, on %s".formatted(place);
  }

  private void copied(String place, Path work) {
    time(
        copying(place),
        () -> {
          Command.of("cp", "-a", work.resolve("kept").toString(), work.resolve("copy").toString())
              .run()
              .orThrow();
          // An export waits for the disk too.
          Command.of("sync", "-f", work.toString()).run().orThrow();
        });
  }

  private Path conf(StaticServer server, Path cache, Path work) throws IOException {
    return Files.writeString(
        work.resolve("my.conf"),
        """
        CVMFS_REPOSITORIES=%s
        CVMFS_REPOSITORY_NAME=%s
        CVMFS_SERVER_URL=%s
        CVMFS_HTTP_PROXY=DIRECT
        CVMFS_PUBLIC_KEY=%s
        CVMFS_CACHE_BASE=%s
        CVMFS_SHARED_CACHE=no
        """
            .formatted(
                FQRN,
                FQRN,
                server.urlTemplate(),
                folder.resolve("cvmfs").resolve(FQRN).resolve(FQRN + ".pub"),
                cache));
  }

  private void time(String what, Runnable work) {
    long start = System.nanoTime();
    work.run();
    results.add(what, (System.nanoTime() - start) / 1e9);
  }

  private static void delete(Path folder) {
    Command.of("rm", "-rf", folder.toString()).run().orThrow();
  }

  private void ours(Path conf, Path cache, Path base) {
    CommandLine.program()
        .run(
            "export",
            FQRN,
            "-c",
            conf.toString(),
            "--cache",
            cache.toString(),
            "--spec",
            specification.toString(),
            "--to",
            base.toString())
        .orThrow();
  }

  private void original(String program, Path conf, Path cache, Path base) {
    Command.of(program, "-r", FQRN, "-f", conf.toString(), "-c", cache.toString())
        .and("-x", base.toString(), "-t", specification.toString())
        .run()
        .orThrow();
  }
}
