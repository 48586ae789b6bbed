package dev.cvmfs.it.benchmark;

import dev.cvmfs.it.Command;
import dev.cvmfs.it.CommandLine;
import dev.cvmfs.shrinkwrap.publisher.Content;
import dev.cvmfs.shrinkwrap.publisher.LargeRepository;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Revision;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How fast repositories are read: entries walked in a second, files of 5 KB in a second, megabytes
 * of large files in a second; with an empty cache and again from the cache; and beside them curl,
 * which fetches the same objects in parallel into files, but neither checks nor inflates them.
 */
final class CvmfsBenchmark {
  static final String MANY = "many.example.org";
  static final String SMALL = "small.example.org";
  static final String LARGE = "large.example.org";

  private static final int SMALL_BYTES = 5_000;
  private static final int CHUNK = 8 << 20;
  private static final int RELEASES = 10;
  private static final int DIRECTORIES = 20;

  /**
   * How much of everything.
   *
   * @param groups of catalogs, each ten with 2,020 entries
   * @param small files of 5 KB
   * @param large files
   * @param largeMegabytes of each of them
   */
  record Size(int runs, int groups, int small, int large, int largeMegabytes) {
    static Size of(Options options) {
      return new Size(
          options.number("runs", 5),
          options.number("groups", 10),
          options.number("small", 10_000),
          options.number("large", 8),
          options.number("large-megabytes", 32));
    }
  }

  private final Size size;
  private final Path folder;

  private CvmfsBenchmark(Size size, Path folder) {
    this.size = size;
    this.folder = folder;
  }

  static void run(Size size, PrintStream out) throws IOException, SQLException {
    Path folder = Files.createTempDirectory("benchmark");
    try {
      new CvmfsBenchmark(size, folder).run(out);
    } finally {
      delete(folder);
    }
  }

  private void run(PrintStream out) throws IOException, SQLException {
    LargeRepository.Written many =
        LargeRepository.write(
            repository(MANY), PublisherOptions.named(MANY), size.groups(), RELEASES, DIRECTORIES);
    Path smallUrls = publish(SMALL, size.small(), SMALL_BYTES);
    Path largeUrls = publish(LARGE, size.large(), size.largeMegabytes() * 1_000_000L);
    Results results = new Results();
    try (StaticServer server = StaticServer.start(folder, List.of(MANY, SMALL, LARGE))) {
      out.printf(
          "%,d entries in %,d catalogs; %,d files of 5 KB; %d files of %d MB in chunks; on %s; %d"
              + " runs%n%n",
          many.entries(),
          many.catalogs(),
          size.small(),
          size.large(),
          size.largeMegabytes(),
          server.name(),
          size.runs());
      for (int run = 0; run < size.runs(); run++) {
        ours(server, run, results);
        Optional<Path> curl = StaticServer.find("curl");
        if (curl.isPresent()) {
          results.add(
              "curl: objects of 5 KB a second", size.small() / curl(curl.get(), smallUrls, server));
          results.add(
              "curl: MB a second of large files",
              (double) size.large() * size.largeMegabytes() / curl(curl.get(), largeUrls, server));
        }
      }
    }
    results.print(out);
    if (results.has("curl: objects of 5 KB a second")) {
      out.printf(
          "%nof curl's speed: %.2f for files of 5 KB, %.2f for large ones%n",
          results.median("files of 5 KB a second, cold")
              / results.median("curl: objects of 5 KB a second"),
          results.median("MB a second of large files, cold")
              / results.median("curl: MB a second of large files"));
    }
  }

  private Path repository(String fqrn) {
    return folder.resolve("cvmfs").resolve(fqrn);
  }

  /** Publishes a repository of equal files; returns a list of its objects for curl. */
  private Path publish(String fqrn, int files, long bytes) throws IOException {
    Tree tree = new Tree();
    for (int i = 0; i < files; i++) {
      tree.file(TreePath.of("/d%d/f%d".formatted(i / 100, i)), Content.noise(i, bytes));
    }
    Revision revision =
        new RepositoryPublisher(repository(fqrn), PublisherOptions.named(fqrn).chunkSize(CHUNK))
            .publish(tree);
    String list =
        revision.objects().values().stream()
            .flatMap(List::stream)
            .map(
                object -> {
                  String name = object.hash().toString();
                  return "%s/data/%s/%s%s"
                      .formatted(
                          fqrn, name.substring(0, 2), name.substring(2), object.kind().suffix());
                })
            .collect(Collectors.joining("\n"));
    return Files.writeString(folder.resolve(fqrn + ".list"), list);
  }

  private void ours(StaticServer server, int run, Results results) throws IOException {
    Path keys = Files.createDirectories(folder.resolve("keys"));
    for (String fqrn : List.of(MANY, SMALL, LARGE)) {
      Files.copy(
          repository(fqrn).resolve(fqrn + ".pub"),
          keys.resolve(fqrn + ".pub"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Path cache = folder.resolve("cache" + run);
    String printed =
        CommandLine.mainClass(CvmfsRun.class.getName())
            .run(server.urlTemplate(), keys.toString(), cache.toString())
            .orThrow()
            .stdout();
    delete(cache);
    for (String temperature : List.of("cold", "warm")) {
      results.add(
          "entries walked a second, " + temperature, number(printed, "walk." + temperature));
      results.add(
          "files of 5 KB a second, " + temperature,
          number(printed, SMALL + ".files." + temperature));
      results.add(
          "MB a second of large files, " + temperature,
          number(printed, LARGE + ".megabytes." + temperature));
    }
    results.add("MB of heap at most", number(printed, "heap"));
  }

  private static double number(String printed, String name) {
    return printed
        .lines()
        .filter(line -> line.startsWith(name + "="))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in:\n" + printed));
  }

  /** Seconds that curl takes for a list of objects. */
  private double curl(Path program, Path list, StaticServer server) throws IOException {
    String prefix = server.urlTemplate().replace("@fqrn@", "");
    Path output = Files.createDirectories(folder.resolve("curl"));
    String configuration =
        Files.readAllLines(list, StandardCharsets.US_ASCII).stream()
            .map(
                path ->
                    "url=\"%s%s\"\noutput=\"%s/%s\"\n"
                        .formatted(prefix, path, output, path.replace('/', '-')))
            .collect(Collectors.joining());
    Path file = Files.writeString(folder.resolve("curl.conf"), configuration);
    long start = System.nanoTime();
    Command.of(
            program.toString(),
            "--parallel",
            "--parallel-max",
            "16",
            "--silent",
            "--show-error",
            "--fail",
            "--config",
            file.toString())
        .run()
        .orThrow();
    double seconds = (System.nanoTime() - start) / 1e9;
    delete(output);
    return seconds;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
