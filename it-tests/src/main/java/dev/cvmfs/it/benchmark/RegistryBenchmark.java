package dev.cvmfs.it.benchmark;

import dev.cvmfs.it.Command;
import dev.cvmfs.it.CommandLine;
import dev.cvmfs.it.DockerRegistry;
import dev.cvmfs.it.RealPart;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;

/**
 * How fast a large blob goes up to the reference registry and comes down from it, beside skopeo,
 * which does the same with the same blob in the same run; and how many small requests go through
 * one pool in a second. Both programs start cold, and both write what comes down to a file.
 */
final class RegistryBenchmark {
  private static final int MEGABYTE = 1_000_000;

  /**
   * How much of everything.
   *
   * @param megabytes of the blob
   * @param requests small ones
   */
  record Size(int runs, int megabytes, int requests) {
    static Size of(Options options) {
      return new Size(
          options.number("runs", 5),
          options.number("megabytes", 1000),
          options.number("requests", 500));
    }
  }

  private final Size size;
  private final Path folder;

  private RegistryBenchmark(Size size, Path folder) {
    this.size = size;
    this.folder = folder;
  }

  static void run(Size size, PrintStream out) throws IOException {
    Path folder = Files.createTempDirectory("benchmark");
    try {
      new RegistryBenchmark(size, folder).run(out);
    } finally {
      delete(folder);
    }
  }

  private void run(PrintStream out) throws IOException {
    Path layout = layout();
    Results results = new Results();
    out.printf(
        "a blob of %,d MB at docker-registry; %,d small requests; %d runs%n%n",
        size.megabytes(), size.requests(), size.runs());
    for (int run = 0; run < size.runs(); run++) {
      Path data = folder.resolve("registry" + run);
      try (DockerRegistry registry = DockerRegistry.start(data, DockerRegistry.Options.PLAIN)) {
        ours(layout, registry.host(), results);
        if (RealPart.SKOPEO.find().isPresent()) {
          skopeo(layout, registry.host(), results);
        }
      }
      delete(data);
    }
    results.print(out);
    if (results.has("skopeo: seconds up")) {
      out.printf(
          "%nof skopeo's time: %.2f up, %.2f down%n",
          results.median("seconds up") / results.median("skopeo: seconds up"),
          results.median("seconds down") / results.median("skopeo: seconds down"));
    }
  }

  private void ours(Path layout, String host, Results results) throws IOException {
    Path copy = folder.resolve("ours");
    long start = System.nanoTime();
    String printed =
        CommandLine.mainClass(RegistryRun.class.getName())
            .run(layout.toString(), host, copy.toString(), Integer.toString(size.requests()))
            .orThrow()
            .stdout();
    double whole = (System.nanoTime() - start) / 1e9;
    delete(copy);
    results.add("seconds up", number(printed, "up"));
    results.add("seconds down", number(printed, "down"));
    results.add("small requests a second", number(printed, "requests"));
    results.add("connections for them", number(printed, "connections"));
    results.add("MB of heap at most", number(printed, "heap"));
    results.add("seconds in all, Java's start too", whole);
  }

  private void skopeo(Path layout, String host, Results results) throws IOException {
    String image = "docker://" + host + "/bench/skopeo:one";
    results.add("skopeo: seconds up", copy("oci:" + layout + ":one", image));
    Path copy = folder.resolve("skopeo");
    results.add("skopeo: seconds down", copy(image, "oci:" + copy + ":one"));
    delete(copy);
  }

  /** Seconds that skopeo takes. */
  private static double copy(String from, String to) {
    long start = System.nanoTime();
    Command.of(RealPart.SKOPEO.path(), "--insecure-policy", "copy", "--quiet")
        .and("--src-tls-verify=false", "--dest-tls-verify=false", "--preserve-digests", from, to)
        .run()
        .orThrow();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double number(String printed, String name) {
    return printed
        .lines()
        .filter(line -> line.startsWith(name + "="))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in:\n" + printed));
  }

  /** A layout with one image of one layer of noise, which nobody can make smaller on the way. */
  private Path layout() throws IOException {
    Path layout = folder.resolve("layout");
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    Path noise = folder.resolve("noise");
    MessageDigest hash = sha256();
    Random random = new Random(1);
    byte[] megabyte = new byte[MEGABYTE];
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(noise))) {
      for (int i = 0; i < size.megabytes(); i++) {
        random.nextBytes(megabyte);
        hash.update(megabyte);
        out.write(megabyte);
      }
    }
    String layer = HexFormat.of().formatHex(hash.digest());
    Files.move(noise, blobs.resolve(layer));
    String config =
        store(
            blobs,
            """
            {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}"""
                .formatted(layer));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%d},
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%s","size":%d}]}"""
            .formatted(
                config,
                Files.size(blobs.resolve(config)),
                layer,
                (long) size.megabytes() * MEGABYTE);
    String digest = store(blobs, manifest);
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        layout.resolve("index.json"),
        """
        {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "digest":"sha256:%s","size":%d,"annotations":{"org.opencontainers.image.ref.name":"one"}}]}"""
            .formatted(digest, manifest.length()));
    return layout;
  }

  private static String store(Path blobs, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String hex = HexFormat.of().formatHex(sha256().digest(bytes));
    Files.write(blobs.resolve(hex), bytes);
    return hex;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
