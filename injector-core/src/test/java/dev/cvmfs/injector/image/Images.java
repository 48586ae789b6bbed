package dev.cvmfs.injector.image;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.injector.image.InjectedLayer.Found;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Images to test with: documents that tools have made, and small ones made here. */
final class Images {
  static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  static final NewLayer LAYER_R1 = new NewLayer(digest("r1 gz"), digest("r1 tar"), 1001);
  static final NewLayer LAYER_R2 = new NewLayer(digest("r2 gz"), digest("r2 tar"), 2002);
  static final InjectionState STATE_R1 = state("1", 1);
  static final InjectionState STATE_R2 = state("2", 2);
  static final Instant TIME_R1 = Instant.parse("2026-01-01T00:00:00Z");
  static final Instant TIME_R2 = Instant.parse("2026-02-02T00:00:00Z");

  private static final Path GALLERY = Path.of("src/test/resources/image-gallery");

  private Images() {}

  /** The two documents of an image. */
  record Image(ImageConfig config, ImageManifest manifest) {
    InjectedLayer find() {
      return InjectedLayer.find(config, manifest);
    }

    Image prepared() {
      return injected(EmptyLayer.layer(), InjectionState.prepared(), Instant.EPOCH);
    }

    Image withR1() {
      return injected(LAYER_R1, STATE_R1, TIME_R1);
    }

    Image withR2() {
      return injected(LAYER_R2, STATE_R2, TIME_R2);
    }

    Image injected(NewLayer layer, InjectionState state, Instant created) {
      return of(Injection.apply(config, manifest, find(), layer, state, created));
    }

    Image ejected() {
      return of(Injection.eject(config, manifest, (Found) find()));
    }

    private static Image of(RewrittenImage rewritten) {
      // Parsed again, as by the next run, which knows nothing but the bytes.
      return Images.image(rewritten.config().bytes(), rewritten.manifest().raw());
    }

    /** Both documents as text, for comparison. */
    String text() {
      return new String(config.bytes(), StandardCharsets.UTF_8)
          + "\n"
          + new String(manifest.raw().bytes(), StandardCharsets.UTF_8);
    }
  }

  static Image image(byte[] config, RawManifest manifest) {
    return new Image(ImageConfig.parse(config), ImageManifest.parse(manifest));
  }

  /** The names of the images made by tools. */
  static List<String> gallery() throws IOException {
    try (Stream<Path> folders = Files.list(GALLERY)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  static Path galleryFolder(String name) {
    return GALLERY.resolve(name);
  }

  static Image fromGallery(String name) throws IOException {
    byte[] manifest = Files.readAllBytes(galleryFolder(name).resolve("manifest.json"));
    return image(
        Files.readAllBytes(galleryFolder(name).resolve("config.json")),
        new RawManifest(
            manifest, new ObjectMapper().readTree(manifest).path("mediaType").asText("")));
  }

  /** An OCI image with the given diff_ids, whose blobs are named after them. */
  static Image withLayers(String labels, String history, Digest... diffIds) {
    String config =
        """
        {"os":"linux","config":{"Labels":%s},"rootfs":{"type":"layers","diff_ids":[%s]},"history":%s}"""
            .formatted(
                labels,
                Stream.of(diffIds).map("\"%s\""::formatted).collect(Collectors.joining(",")),
                history);
    return withConfig(
        config, Stream.of(diffIds).map(diffId -> layer(blobOf(diffId))).toArray(String[]::new));
  }

  /** An OCI image with this configuration and these layer descriptors. */
  static Image withConfig(String config, String... layers) {
    byte[] bytes = config.getBytes(StandardCharsets.UTF_8);
    String manifest =
        """
        {"schemaVersion":2,"config":{"mediaType":"%s","digest":"%s","size":%d},"layers":[%s]}"""
            .formatted(OCI_CONFIG, Digest.sha256(bytes), bytes.length, String.join(",", layers));
    return image(bytes, manifest(manifest));
  }

  static RawManifest manifest(String json) {
    return new RawManifest(json.getBytes(StandardCharsets.UTF_8), OCI_MANIFEST);
  }

  static String layer(Digest blob) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":7}".formatted(OCI_LAYER, blob);
  }

  static Digest blobOf(Digest diffId) {
    return digest("blob of " + diffId);
  }

  static Digest digest(String text) {
    return Digest.sha256(text);
  }

  private static InjectionState state(String hexDigit, long revision) {
    return InjectionState.of(
        Map.of(
            "tiny.example.org",
            new RepositoryState(
                ContentHash.parse(hexDigit.repeat(40)), revision, digest("specification"))));
  }
}
