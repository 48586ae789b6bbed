package dev.cvmfs.it.benchmark;

import dev.cvmfs.it.Command;
import dev.cvmfs.it.CommandLine;
import dev.cvmfs.shrinkwrap.publisher.LargeRepository;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * How long a specification takes to build of a long trace, in a heap of 256 MB: from the trace
 * alone, and compared with the catalogs of a repository on the same disk. Beside it {@code cut} and
 * {@code sort -u}, which do nothing but find the different paths.
 */
final class SpecBenchmark {
  private static final String FQRN = "spec.example.org";
  private static final String HEAP = "-Xmx256m";

  /** As the repository is written: groups, releases in each, directories in each, files in each. */
  private static final int GROUPS = 10;

  private static final int RELEASES = 10;
  private static final int DIRECTORIES = 50;
  private static final int FILES = 100;
  private static final int ALL = GROUPS * RELEASES * DIRECTORIES * FILES;

  /** A prime, so that files are used in a scattered order. */
  private static final long STEP = 7919;

  /** How much of everything. */
  record Size(int runs, int lines) {
    static Size of(Options options) {
      return new Size(options.number("runs", 3), options.number("lines", 5_000_000));
    }
  }

  private final Size size;
  private final Path folder;

  private SpecBenchmark(Size size, Path folder) {
    this.size = size;
    this.folder = folder;
  }

  static void run(Size size, PrintStream out) throws IOException, SQLException {
    Path folder = Files.createTempDirectory("benchmark");
    try {
      new SpecBenchmark(size, folder).run(out);
    } finally {
      Command.of("rm", "-rf", folder.toString()).run().orThrow();
    }
  }

  private void run(PrintStream out) throws IOException, SQLException {
    Path repository = folder.resolve("repository");
    LargeRepository.Written written =
        LargeRepository.write(
            repository, PublisherOptions.named(FQRN), GROUPS, RELEASES, DIRECTORIES);
    Path conf =
        Files.writeString(
            folder.resolve("my.conf"),
            "CVMFS_SERVER_URL=file://%s\nCVMFS_PUBLIC_KEY=%s\nOCI_CACHE=%s\n"
                .formatted(repository, written.masterKey(), folder.resolve("cache")));
    Path trace = writeTrace();
    out.printf(
        "%,d lines, %,d MB, about half of %,d files; heap of at most 256 MB; %d runs%n%n",
        size.lines(), Files.size(trace) / 1_000_000, ALL, size.runs());
    Results results = new Results();
    for (int run = 0; run < size.runs(); run++) {
      build("from the trace alone", trace, results);
      build("with the catalogs", trace, results, "-r", FQRN, "-c", conf.toString());
      long start = System.nanoTime();
      Command.of("sh", "-c", "cut -d'\"' -f6 '%s' | LC_ALL=C sort -u | wc -l".formatted(trace))
          .run()
          .orThrow();
      results.add("cut and sort -u, s", (System.nanoTime() - start) / 1e9);
    }
    results.print(out);
  }

  private void build(String what, Path trace, Results results, String... more) {
    long start = System.nanoTime();
    CommandLine.program()
        .environment("CVMFS_SHRINKWRAP_JAVA_OPTS", HEAP)
        .environment("XDG_CACHE_HOME", folder.resolve("home").toString())
        .run(
            Command.of("spec", "build", trace.toString(), "--policy", "exact")
                .and("-o", folder.resolve("built.spec").toString())
                .and(more)
                .arguments()
                .toArray(String[]::new))
        .orThrow();
    double seconds = (System.nanoTime() - start) / 1e9;
    results.add(what + ", s", seconds);
    results.add(what + ", lines a second", size.lines() / seconds);
  }

  /** As the CVMFS client writes it: each second file, most of them many times. */
  private Path writeTrace() throws IOException {
    Path trace = folder.resolve("run.trace");
    String[] calls = {"lookup", "getattr", "open"};
    int[] codes = {4, 6, 1};
    try (BufferedWriter out = Files.newBufferedWriter(trace, StandardCharsets.US_ASCII)) {
      for (int i = 0; i < size.lines(); i++) {
        long file = (i / calls.length * STEP % (ALL / 2)) * 2;
        long directory = file / FILES;
        long release = directory / DIRECTORIES;
        out.write(
            "\"1732266334%03d.%03d\",\"%d\",\"/g%d/r%d/d%d/f%d\",\"%s()\"\r\n"
                .formatted(
                    i / 1000 % 1000,
                    i % 1000,
                    codes[i % calls.length],
                    release / RELEASES,
                    release % RELEASES,
                    directory % DIRECTORIES,
                    file % FILES,
                    calls[i % calls.length]));
      }
    }
    return trace;
  }
}
