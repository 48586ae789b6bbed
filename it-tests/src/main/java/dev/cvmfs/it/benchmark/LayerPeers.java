package dev.cvmfs.it.benchmark;

import dev.cvmfs.it.Command;
import dev.cvmfs.it.CommandLine;
import dev.cvmfs.it.RealPart;
import dev.cvmfs.it.Skopeo;
import dev.cvmfs.it.Umoci;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What brings the same files into an image without our layers, timed: {@code tar} with {@code gzip}
 * and {@code pigz} alone; the way in steps that everybody goes today, which is to export the slice
 * to a folder, pack that with {@code tar} and {@code gzip}, and push the image with the new layer;
 * and umoci with skopeo, from files that are there.
 *
 * @param plain the files, without a CVMFS around them
 * @param work a folder for all that is made
 * @param registry {@code 127.0.0.1:<port>}
 */
record LayerPeers(Path plain, Path work, String registry, Results results) {
  private static final int HASH = 64;
  private static final String FROM_EMPTY = "in steps: export, empty cache, s";
  private static final String FROM_FULL = "in steps: export, full cache, s";
  private static final String PACKING = "in steps: tar, gzip -6, s";
  private static final String PUSHING = "in steps: skopeo copy, s";
  private static final String UMOCI = "copy, pack and push by umoci and skopeo, s";

  void packAlone() throws IOException {
    results.time("tar and gzip -6, s", () -> shell("tar c \"$0\" | gzip -6 > /dev/null", plain));
    if (RealPart.PIGZ.find().isPresent()) {
      results.time("tar and pigz -6, s", () -> shell("tar c \"$0\" | pigz -6 > /dev/null", plain));
    }
  }

  /**
   * @param program with the heap that all runs have
   * @param conf of a cache in {@link #work} that is not there yet
   * @param specification takes everything
   */
  void goInSteps(CommandLine program, String fqrn, Path conf, Path specification)
      throws IOException {
    Path image = Files.createDirectories(work.resolve("image"));
    Path layer = image.resolve("layer.tar.gz");
    results.time(
        FROM_EMPTY, () -> export(program, fqrn, conf, specification, work.resolve("first")));
    results.time(
        FROM_FULL, () -> export(program, fqrn, conf, specification, work.resolve("second")));
    results.time(
        PACKING,
        () -> shell("tar c -C \"$0\" . | gzip -6 > \"$1\"", work.resolve("second"), layer));
    if (RealPart.SKOPEO.find().isPresent()) {
      results.time(PUSHING, () -> push(image, layer));
    }
  }

  private static void export(
      CommandLine program, String fqrn, Path conf, Path specification, Path target) {
    program
        .run(
            "export",
            fqrn,
            "-c",
            conf.toString(),
            "--spec",
            specification.toString(),
            "--to",
            "dir:" + target)
        .orThrow();
  }

  /** In the form of a folder that skopeo knows: blobs under their hashes, beside a manifest. */
  private void push(Path image, Path layer) throws IOException {
    Files.writeString(image.resolve("version"), "Directory Transport Version: 1.1\n");
    String diffId = hash("gzip -dc \"$0\" | sha256sum", layer);
    Path config =
        Files.writeString(
            image.resolve("config.json"),
            "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]}}"
                .formatted(diffId));
    Files.writeString(
        image.resolve("manifest.json"),
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                blob("application/vnd.oci.image.config.v1+json", config),
                blob("application/vnd.oci.image.layer.v1.tar+gzip", layer)));
    Skopeo.anonymous().pushDirectory(image, registry + "/bench/" + work.getFileName());
  }

  private static String blob(String type, Path file) throws IOException {
    String hash = hash("sha256sum < \"$0\"", file);
    Path named = Files.move(file, file.resolveSibling(hash));
    return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
        .formatted(type, hash, Files.size(named));
  }

  private static String hash(String command, Path file) {
    return Command.of("sh", "-c", command, file.toString())
        .run()
        .orThrow()
        .stdout()
        .substring(0, HASH);
  }

  void umoci() throws IOException {
    if (RealPart.UMOCI.find().isEmpty() || RealPart.SKOPEO.find().isEmpty()) {
      return;
    }
    results.time(
        UMOCI,
        () -> {
          Files.createDirectories(work);
          Umoci umoci = Umoci.create(work.resolve("layout"), "one");
          Path root = umoci.unpack("one", work.resolve("bundle"));
          Command.of("cp", "-a", plain.toString(), root.resolve("cvmfs").toString())
              .run()
              .orThrow();
          umoci.repack("one", work.resolve("bundle"));
          Skopeo.anonymous()
              .pushLayout(
                  work.resolve("layout"), "one", registry + "/bench/umoci" + work.getFileName());
        });
  }

  /**
   * An export by the original's tools.
   *
   * @param command for a shell
   */
  void original(String command, Path repository) throws IOException {
    results.time(
        "export by the original, s",
        () ->
            Command.of("sh", "-c", command)
                .environment("REPOSITORY", repository.toString())
                .environment("TARGET", work.resolve("original").toString())
                .run()
                .orThrow());
  }

  /** Everything that was made. */
  void remove() {
    Command.of("rm", "-rf", work.toString()).run().orThrow();
  }

  private static void shell(String command, Path... arguments) {
    Command shell = Command.of("sh", "-c", command);
    for (Path argument : arguments) {
      shell = shell.and(argument.toString());
    }
    shell.run().orThrow();
  }

  /** How many times as long as we they take, a line each. */
  static void compare(Results results, Consumer<String> lines) {
    if (results.has(PUSHING)) {
      double after = results.median(PACKING) + results.median(PUSHING);
      lines.accept(
          "export, tar, gzip and push take %.1f times as long as injecting, both from an empty cache; %.1f times from a full one"
              .formatted(
                  (results.median(FROM_EMPTY) + after) / results.median(LayerBenchmark.COLD),
                  (results.median(FROM_FULL) + after) / results.median(LayerBenchmark.WARM)));
    }
    if (results.has(UMOCI)) {
      lines.accept(
          "copy, pack and push by umoci and skopeo take %.1f times as long as injecting from a full cache"
              .formatted(results.median(UMOCI) / results.median(LayerBenchmark.WARM)));
    }
  }
}
