package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistriesIT {
  private @TempDir Path folder;

  @BeforeEach
  void needs() {
    Needs.root();
    Needs.parts(RealPart.UMOCI, RealPart.SKOPEO);
  }

  @Test
  void dockerRegistry_keepsAnImageAsItIs() throws IOException {
    Needs.parts(RealPart.DOCKER_REGISTRY);
    Path layout = image();
    try (DockerRegistry registry =
        DockerRegistry.start(folder.resolve("registry"), DockerRegistry.Options.PLAIN)) {
      String image = registry.host() + "/test/image:one";
      push(Skopeo.anonymous(), layout, image);

      Path pulled = folder.resolve("pulled");
      Skopeo.anonymous().copy("docker://" + image, "dir:" + pulled, "--preserve-digests");

      assertThat(Skopeo.anonymous().rawManifest(image))
          .isEqualTo(Files.readString(pulled.resolve("manifest.json")));
      assertThat(Skopeo.anonymous().rawConfig(image)).contains("\"rootfs\"");
      for (String blob : blobs(layout)) {
        assertThat(pulled.resolve(blob))
            .hasSameBinaryContentAs(layout.resolve("blobs/sha256/" + blob));
      }
    }
  }

  @Test
  void embeddedRegistry_answersSkopeo() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(folder.resolve("registry"))) {
      String image = registry.host() + "/test/image:one";
      Path layout = image();
      Skopeo.anonymous().pushLayoutAsDocker(layout, "one", image);

      Path pulled = folder.resolve("pulled");
      Skopeo.anonymous().copy("docker://" + image, "dir:" + pulled, "--preserve-digests");

      assertThat(Skopeo.anonymous().rawManifest(image))
          .isEqualTo(Files.readString(pulled.resolve("manifest.json")))
          .contains("application/vnd.docker.distribution.manifest.v2+json");
    }
  }

  @Test
  void dockerRegistryWithAccount_letsOnlyThatAccountIn() throws IOException {
    Needs.parts(RealPart.DOCKER_REGISTRY);
    Path layout = image();
    try (DockerRegistry registry =
        DockerRegistry.start(
            folder.resolve("registry"),
            DockerRegistry.Options.PLAIN.withAccount("someone", "secret"))) {
      String image = registry.host() + "/test/image:one";

      assertThatThrownBy(() -> push(Skopeo.anonymous(), layout, image))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("authentication required");
      push(Skopeo.as("someone", "secret"), layout, image);

      assertThat(Skopeo.as("someone", "secret").rawManifest(image)).contains("\"layers\"");
    }
  }

  @Test
  void dockerRegistryWithDelete_tellsItsGarbage() throws IOException {
    Needs.parts(RealPart.DOCKER_REGISTRY);
    try (DockerRegistry registry =
        DockerRegistry.start(
            folder.resolve("registry"), DockerRegistry.Options.PLAIN.withDelete())) {
      push(Skopeo.anonymous(), image(), registry.host() + "/test/image:one");

      assertThat(registry.garbage()).contains("test/image").contains("0 blobs");
    }
  }

  /** The layers and the configuration that the image's manifest names. */
  private static String[] blobs(Path layout) throws IOException {
    String manifest =
        Files.readString(layout.resolve("index.json")).replaceAll("(?s).*sha256:(\\w+).*", "$1");
    return Pattern.compile("sha256:(\\w+)")
        .matcher(Files.readString(layout.resolve("blobs/sha256/" + manifest)))
        .results()
        .map(match -> match.group(1))
        .toArray(String[]::new);
  }

  private static void push(Skopeo skopeo, Path layout, String image) {
    skopeo.pushLayout(layout, "one", image);
  }

  /** A small image of one file, which needs no busybox. */
  private Path image() throws IOException {
    Path layout = folder.resolve("layout");
    Umoci umoci = Umoci.create(layout, "one");
    Path root = umoci.unpack("one", folder.resolve("bundle"));
    Files.writeString(root.resolve("file"), "content");
    umoci.repack("one", folder.resolve("bundle"));
    return layout;
  }
}
