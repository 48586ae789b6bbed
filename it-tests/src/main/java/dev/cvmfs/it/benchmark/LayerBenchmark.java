package dev.cvmfs.it.benchmark;

import dev.cvmfs.it.CommandLine;
import dev.cvmfs.it.DockerRegistry;
import dev.cvmfs.it.EmbeddedRegistry;
import dev.cvmfs.it.PlainImage;
import dev.cvmfs.it.ProgramRun;
import dev.cvmfs.it.RealPart;
import dev.cvmfs.it.RunningRegistry;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What it takes to put a slice into an image and to keep it fresh: with an empty and a full cache,
 * with nothing, a hundredth and a tenth of the files changed. Beside it what {@link LayerPeers
 * others} do, and the floor, which is inflating and hashing alone.
 *
 * <p>{@code CVMFS_ORIGINAL_EXPORT} in the environment is a shell command that makes an export with
 * the original's tools: {@code $REPOSITORY} is the repository's folder, {@code $TARGET} where the
 * export goes.
 */
final class LayerBenchmark {
  private static final String FQRN = "layer.example.org";

  /** Injections with an empty and with a full cache, in the results. */
  static final String COLD = "inject, empty cache, s";

  static final String WARM = "inject, full cache, s";

  private static final String SPECIFICATION = "all.spec";
  private static final String CONF = "benchmark.conf";
  private static final Pattern PACKING = Pattern.compile("Packing: .* in ([0-9.]+) s");

  /** The heap that is promised to suffice. */
  private static final String HEAP = "-Xmx256m";

  private static final int MOST_SECONDS_FOR_ARCHIVE = 120;

  /** How much of everything. */
  record Size(int runs, int files, int megabytes) {
    static Size of(Options options) {
      return new Size(
          options.number("runs", 3),
          options.number("files", 20_000),
          options.number("megabytes", 1_500));
    }
  }

  private final Size size;
  private final Path folder;
  private final MadeUpTree tree;
  private final RepositoryPublisher publisher;

  private LayerBenchmark(Size size, Path folder) throws IOException {
    this.size = size;
    this.folder = folder;
    this.tree = new MadeUpTree(size.files(), size.megabytes() * 1_000_000L);
    this.publisher =
        new RepositoryPublisher(
            folder.resolve("cvmfs").resolve(FQRN), PublisherOptions.named(FQRN).chunkSize(8 << 20));
  }

  static void run(Size size, PrintStream out) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("benchmark");
    try {
      new LayerBenchmark(size, folder).run(out);
    } finally {
      delete(folder);
    }
  }

  private void run(PrintStream out) throws IOException, InterruptedException {
    publisher.publish(tree.tree(0), "zero");
    Results results = new Results();
    Floor.Seconds floor = Floor.of(publisher.directory().resolve("data"));
    results.add("floor, one core: inflating, s", floor.inflating());
    results.add("floor, one core: hashing, s", floor.hashing());
    results.add("floor, one core: proving, s", floor.proving());
    publisher.publish(tree.tree(10), "one");
    publisher.publish(tree.tree(100), "ten");
    Path plain = folder.resolve("plain");
    tree.write(plain.resolve(FQRN));
    try (StaticServer server = StaticServer.start(folder, List.of(FQRN));
        RunningRegistry registry = registry()) {
      out.printf(
          "%,d files, %,d MB, %s, CVMFS from %s; heap %s; %d runs%n%n",
          size.files(),
          size.megabytes(),
          registry.getClass().getSimpleName(),
          server.name(),
          HEAP,
          size.runs());
      warmUp();
      for (int run = 0; run < size.runs(); run++) {
        Path cache = folder.resolve("cache" + run);
        ours(server, registry, run, cache, results);
        peers(plain, server, registry, run, results);
        delete(cache);
        Disk.forget();
      }
    }
    results.print(out);
    int cores = Runtime.getRuntime().availableProcessors();
    out.printf(
        "%npacking takes %.2f times as long as inflating and hashing alone on %d cores (%.1f s)%n",
        results.median("packing with a full cache, s") / floor.on(cores), cores, floor.on(cores));
    LayerPeers.compare(results, out::println);
  }

  private RunningRegistry registry() throws IOException {
    Path data = folder.resolve("registry");
    return RealPart.DOCKER_REGISTRY.find().isPresent()
        ? DockerRegistry.start(data, DockerRegistry.Options.PLAIN)
        : EmbeddedRegistry.start(data);
  }

  /** Of everything in the repository, with a cache in this folder. */
  private Path conf(StaticServer server, RunningRegistry registry, Path cache) throws IOException {
    Path everything = Files.writeString(folder.resolve(SPECIFICATION), "/*\n");
    return Files.writeString(
        folder.resolve(CONF),
        """
        OCI_REGISTRY=%s
        OCI_INSECURE=yes
        OCI_CACHE=%s
        OCI_SPEC=%s
        CVMFS_REPOSITORY_NAME=%s
        CVMFS_SERVER_URL=%s
        CVMFS_PUBLIC_KEY=%s
        """
            .formatted(
                registry.host(),
                cache,
                everything,
                FQRN,
                server.urlTemplate(),
                publisher.masterKey()));
  }

  private void peers(
      Path plain, StaticServer server, RunningRegistry registry, int run, Results results)
      throws IOException {
    Path work = folder.resolve("peers" + run);
    LayerPeers peers = new LayerPeers(plain, work, registry.host(), results);
    peers.packAlone();
    peers.goInSteps(
        program(),
        FQRN,
        state(conf(server, registry, work.resolve("cache")), "zero"),
        folder.resolve(SPECIFICATION));
    peers.umoci();
    Optional<String> original = Optional.ofNullable(System.getenv("CVMFS_ORIGINAL_EXPORT"));
    if (original.isPresent()) {
      peers.original(original.get(), publisher.directory());
    }
    peers.remove();
  }

  private void ours(
      StaticServer server, RunningRegistry registry, int run, Path cache, Results results)
      throws IOException, InterruptedException {
    Path conf = conf(server, registry, cache);
    Path zero = state(conf, "zero");
    String first = image(registry, "cold" + run);
    String second = image(registry, "warm" + run);
    inject("inject, empty cache", zero, first, results);
    // Else the registry would take the layer from the first image.
    delete(cache.resolve("layers"));
    inject("inject, full cache", zero, second, results);
    pack(zero, cache, image(registry, "alone" + run), results);
    inject("refresh, nothing changed", zero, first, results);
    inject("refresh, 1 % changed", state(conf, "one"), first, results);
    inject("refresh, 10 % changed", state(conf, "ten"), second, results);
    results.time(
        "verify, s", () -> program().run("verify", second, "-c", conf.toString(), "-q").orThrow());
  }

  /** Packing while nothing goes up, of a layer that is not known already. */
  private void pack(Path conf, Path cache, String image, Results results) throws IOException {
    Path alone =
        Files.writeString(
            folder.resolve("alone.conf"), Files.readString(conf) + "OCI_EARLY_UPLOAD=no\n");
    delete(cache.resolve("layers"));
    Disk.settle();
    String story = program().run("oci", image, "-c", alone.toString()).orThrow().stdout();
    Matcher packing = PACKING.matcher(story);
    if (!packing.find()) {
      throw new IOException("nothing was packed:\n" + story);
    }
    results.add("packing with a full cache, s", Double.parseDouble(packing.group(1)));
  }

  /** The newest state is another one; these are called by their names. */
  private Path state(Path conf, String tag) throws IOException {
    return Files.writeString(
        folder.resolve(tag + ".conf"),
        Files.readString(conf) + "CVMFS_REPOSITORY_TAG=" + tag + "\n");
  }

  private static String image(RunningRegistry registry, String name)
      throws IOException, InterruptedException {
    new PlainImage(registry.host(), "bench/" + name).push("latest");
    return registry.host() + "/bench/" + name + ":latest";
  }

  private CommandLine program() {
    return CommandLine.program()
        .environment("CVMFS_SHRINKWRAP_JAVA_OPTS", HEAP)
        .environment("XDG_CACHE_HOME", folder.resolve("home").toString());
  }

  /** The first start has the archive of classes made in the background; later ones have it. */
  private void warmUp() throws IOException, InterruptedException {
    program().run("--version").orThrow();
    Path archives = folder.resolve("home/cvmfs_shrinkwrap/jvm");
    for (int second = 0; second < MOST_SECONDS_FOR_ARCHIVE && !hasArchive(archives); second++) {
      Thread.sleep(1000);
    }
  }

  private static boolean hasArchive(Path archives) throws IOException {
    if (!Files.isDirectory(archives)) {
      return false;
    }
    try (Stream<Path> files = Files.list(archives)) {
      return files.anyMatch(file -> file.toString().endsWith(".jsa"));
    }
  }

  private void inject(String what, Path conf, String image, Results results) {
    Disk.settle();
    long start = System.nanoTime();
    ProgramRun run =
        ProgramRun.of(program().run("oci", image, "-c", conf.toString(), "--json")).orThrow();
    results.add(what + ", s", seconds(start));
    results.add(what + ", requests", (double) run.transfer("requests"));
    results.add(what + ", MB fetched", run.transfer("bytesFetched") / 1e6);
    results.add(what + ", MB uploaded", run.transfer("bytesUploaded") / 1e6);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
