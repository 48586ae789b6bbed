package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.name.ImageNames;
import dev.cvmfs.registry.remote.RegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other tools read what our client writes, and it reads what they write. */
class RegistryToolsIT {
  private static final int LARGEST_CONFIG = 1 << 20;

  private @TempDir Path folder;

  @BeforeEach
  void needs() {
    Needs.root();
    Needs.parts(RealPart.DOCKER_REGISTRY, RealPart.UMOCI, RealPart.SKOPEO);
  }

  private DockerRegistry registry() throws IOException {
    return DockerRegistry.start(
        folder.resolve("registry"), DockerRegistry.Options.PLAIN.withDelete());
  }

  private static ImageStore open(String image) {
    ImageName name = ImageNames.onDockerHub().parse(image).name();
    return RegistryClient.connect(
        name, RegistryOptions.builder(Map.of()).insecureHost("127.0.0.1").build());
  }

  /** A layout of two layers. */
  private Path layout() throws IOException {
    Path layout = folder.resolve("layout");
    Umoci umoci = Umoci.create(layout, "one");
    for (int i = 0; i < 2; i++) {
      Path bundle = folder.resolve("bundle" + i);
      Files.writeString(umoci.unpack("one", bundle).resolve("file" + i), "content " + i);
      umoci.repack("one", bundle);
    }
    return layout;
  }

  private static List<Descriptor> blobs(RawManifest manifest) throws IOException {
    JsonNode json = new ObjectMapper().readTree(manifest.bytes());
    List<Descriptor> blobs = new ArrayList<>();
    blobs.add(descriptor(json.path("config")));
    json.path("layers").forEach(layer -> blobs.add(descriptor(layer)));
    return blobs;
  }

  private static Descriptor descriptor(JsonNode json) {
    return new Descriptor(
        json.path("mediaType").asText(),
        Digest.parse(json.path("digest").asText()),
        json.path("size").asLong());
  }

  /** Reads an image whole, which checks every digest. */
  private static RawManifest readAll(ImageStore store, String reference) throws IOException {
    RawManifest manifest = store.manifest(reference);
    for (Descriptor blob : blobs(manifest)) {
      try (InputStream in = store.openBlob(blob)) {
        assertThat(in.readAllBytes()).hasSize((int) blob.size());
      }
    }
    return manifest;
  }

  private static void copy(ImageStore from, String reference, ImageStore to, Optional<String> via)
      throws IOException {
    RawManifest manifest = from.manifest(reference);
    for (Descriptor blob : blobs(manifest)) {
      to.pushBlob(
          blob,
          offset -> {
            InputStream in = from.openBlob(blob);
            in.skipNBytes(offset);
            return in;
          },
          via);
    }
    to.putManifest(reference, manifest);
  }

  @Test
  void pushOfOurs_isReadBySkopeoAndSurvivesTheCollectionOfGarbage() throws IOException {
    Path layout = layout();
    try (DockerRegistry registry = registry();
        ImageStore onDisk = open("oci:" + layout + ":one");
        ImageStore first = open(registry.host() + "/test/first:one");
        ImageStore second = open(registry.host() + "/test/second:one")) {
      copy(onDisk, "one", first, Optional.empty());
      copy(first, "one", second, Optional.of("test/first"));
      assertThat(second.counters().bytesSent()).as("blobs are mounted").isLessThan(2000);
      Skopeo.anonymous()
          .copy("docker://" + registry.host() + "/test/first:one", "dir:" + folder.resolve("dir"));

      String story = registry.collectGarbage();

      assertThat(story).contains("0 blobs and 0 manifests eligible for deletion");
      assertThat(readAll(first, "one")).isEqualTo(onDisk.manifest("one"));
      assertThat(readAll(second, "one")).isEqualTo(onDisk.manifest("one"));
      assertThat(first.tags()).containsExactly("one");
      String digest = first.resolve("one").orElseThrow().toString();
      first.delete(digest);
      assertThat(first.resolve("one")).isEmpty();
      assertThat(readAll(second, "one")).isEqualTo(onDisk.manifest("one"));
    }
  }

  @Test
  void layoutOfOurs_isReadByUmociAndSkopeo() throws IOException {
    Path layout = layout();
    Path ours = folder.resolve("ours");
    try (ImageStore from = open("oci:" + layout + ":one");
        ImageStore to = open("oci:" + ours + ":one")) {
      copy(from, "one", to, Optional.empty());
    }

    Path root = Umoci.open(ours).unpack("one", folder.resolve("unpacked"));

    assertThat(root.resolve("file1")).hasContent("content 1");
    Skopeo.anonymous().copy("oci:" + ours + ":one", "dir:" + folder.resolve("dir"));
    assertThat(folder.resolve("dir/manifest.json")).exists();
  }

  @Test
  void pushesOfOthers_areReadByUs() throws IOException {
    Path layout = layout();
    try (DockerRegistry registry = registry()) {
      String image = registry.host() + "/test/image:";
      Skopeo.anonymous().pushLayout(layout, "one", image + "skopeo");
      Skopeo.anonymous().pushLayoutAsDocker(layout, "one", image + "docker");
      List<String> tags = new ArrayList<>(List.of("docker", "skopeo"));
      if (Needs.has(RealPart.BUILDAH)) {
        Command.of(RealPart.BUILDAH.path(), "push", "--tls-verify=false")
            .and("--root", folder.resolve("storage").toString())
            .and("--storage-driver", "vfs")
            .and(buildah(layout), "docker://" + image + "buildah")
            .run()
            .orThrow();
        tags.add(0, "buildah");
      }
      try (ImageStore store = open(image + "skopeo")) {
        assertThat(store.tags()).containsExactlyElementsOf(tags);
        for (String tag : tags) {
          assertThat(blobs(readAll(store, tag))).as(tag).hasSize(3);
          assertThat(store.readBlob(blobs(store.manifest(tag)).get(0), LARGEST_CONFIG))
              .isNotEmpty();
        }
      }
    }
  }

  /** Has buildah take over the image; returns its id. */
  private String buildah(Path layout) {
    return Command.of(RealPart.BUILDAH.path(), "pull", "--quiet")
        .and("--root", folder.resolve("storage").toString())
        .and("--storage-driver", "vfs")
        .and("oci:" + layout + ":one")
        .run()
        .orThrow()
        .stdout()
        .strip();
  }

  @Test
  void layoutOfSkopeoWithoutATag_isLatest() throws IOException {
    Path layout = layout();
    Path copy = folder.resolve("copy");
    Skopeo.anonymous().copy("oci:" + layout + ":one", "oci:" + copy);
    try (ImageStore store = open("oci:" + copy)) {
      assertThat(store.tags()).containsExactly("latest");
      assertThat(blobs(readAll(store, "latest"))).hasSize(3);
    }
  }
}
