package dev.cvmfs.it.benchmark;

import dev.cvmfs.it.Command;
import dev.cvmfs.it.CommandLine;
import dev.cvmfs.shrinkwrap.publisher.Content;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
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
 * with one file in a hundred changed; and beside it the original, if {@code
 * CVMFS_SHRINKWRAP_ORIGINAL} names its program. All in the folder for temporary files, so that
 * decides which disk is measured.
 */
final class ExportBenchmark {
  private static final String FQRN = "export.example.org";
  private static final int IN_A_DIRECTORY = 100;
  private static final int IN_A_CATALOG = 1000;
  private static final int CHANGED = 100;
  private static final String MANIFEST = ".cvmfspublished";

  /**
   * How much of everything.
   *
   * @param kilobytes of each file
   */
  record Size(int runs, int files, int kilobytes) {
    static Size of(Options options) {
      return new Size(
          options.number("runs", 3),
          options.number("files", 20_000),
          options.number("kilobytes", 75));
    }
  }

  /** A program that exports. */
  private interface Exporter {
    void export(Path conf, Path cache, Path base);
  }

  private final Size size;
  private final Path folder;
  private final Path specification;

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
      Command.of("rm", "-rf", folder.toString()).run().orThrow();
    }
  }

  private void run(PrintStream out) throws IOException {
    Path repository = folder.resolve("cvmfs").resolve(FQRN);
    RepositoryPublisher publisher =
        new RepositoryPublisher(repository, PublisherOptions.named(FQRN));
    Tree tree = new Tree();
    for (int i = 0; i < size.files(); i++) {
      put(tree, i, i);
    }
    for (int i = 0; i < size.files(); i += IN_A_CATALOG) {
      tree.directory("/c" + i / IN_A_CATALOG).nestedCatalog();
    }
    publisher.publish(tree);
    byte[] first = Files.readAllBytes(repository.resolve(MANIFEST));
    for (int i = 0; i < size.files(); i += CHANGED) {
      put(tree, i, size.files() + i);
    }
    publisher.publish(tree);
    byte[] second = Files.readAllBytes(repository.resolve(MANIFEST));
    Map<String, Exporter> programs = new LinkedHashMap<>();
    programs.put("ours", this::ours);
    Optional.ofNullable(System.getenv("CVMFS_SHRINKWRAP_ORIGINAL"))
        .ifPresent(
            program ->
                programs.put(
                    "original", (conf, cache, base) -> original(program, conf, cache, base)));
    Results results = new Results();
    try (StaticServer server = StaticServer.start(folder, List.of(FQRN))) {
      out.printf(
          "%,d files of %d KB, from %s to %s; %d runs; seconds%n%n",
          size.files(), size.kilobytes(), server.name(), folder, size.runs());
      for (int run = 0; run < size.runs(); run++) {
        for (Map.Entry<String, Exporter> program : programs.entrySet()) {
          Path work = Files.createTempDirectory(folder, program.getKey());
          Files.write(repository.resolve(MANIFEST), first);
          measure(program.getKey(), program.getValue(), server, work, results, false);
          Files.write(repository.resolve(MANIFEST), second);
          measure(program.getKey(), program.getValue(), server, work, results, true);
          Command.of("rm", "-rf", work.toString()).run().orThrow();
        }
      }
    }
    results.print(out);
    if (programs.size() > 1) {
      for (String step : List.of("fresh, cold", "fresh, warm", "nothing new", "1 % new")) {
        out.printf(
            "%s: the original takes %.1f times as long%n",
            step, results.median("original: " + step) / results.median("ours: " + step));
      }
    }
  }

  private void put(Tree tree, int number, int seed) {
    tree.file(
        TreePath.of(
            "/c%d/d%d/f%d".formatted(number / IN_A_CATALOG, number / IN_A_DIRECTORY, number)),
        Content.noise(seed, size.kilobytes() * 1000L));
  }

  private void measure(
      String name,
      Exporter program,
      StaticServer server,
      Path work,
      Results results,
      boolean changed)
      throws IOException {
    Path cache = work.resolve("cache");
    Path conf =
        Files.writeString(
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
    Path kept = work.resolve("kept");
    if (changed) {
      time(results, name + ": 1 % new", () -> program.export(conf, cache, kept));
      return;
    }
    time(results, name + ": fresh, cold", () -> program.export(conf, cache, work.resolve("cold")));
    time(results, name + ": fresh, warm", () -> program.export(conf, cache, kept));
    time(results, name + ": nothing new", () -> program.export(conf, cache, kept));
  }

  private static void time(Results results, String what, Runnable work) {
    long start = System.nanoTime();
    work.run();
    results.add(what, (System.nanoTime() - start) / 1e9);
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
