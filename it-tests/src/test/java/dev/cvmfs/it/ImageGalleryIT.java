package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images of every make go through their whole life: injected, refreshed, looked at, rolled back and
 * freed of their CVMFS layer; and what others make of them is looked at in between.
 */
class ImageGalleryIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final String CONTENT = "cvmfs/tiny.example.org/bin/hello";
  private static final int IMAGE_FAILURE = 3;
  private static final int FOUND = 9;
  private static final ObjectMapper JSON = new ObjectMapper();

  // All are made before the first test.
  @SuppressWarnings("NullAway.Init")
  private static Ground<DockerRegistry> ground;

  @SuppressWarnings("NullAway.Init")
  private static Path repository;

  @SuppressWarnings("NullAway.Init")
  private static Specimens specimens;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    ground = Ground.withDockerRegistry(folder);
    repository = ground.serve(TINY, "r1");
    specimens = new Specimens(ground, settings());
  }

  @AfterAll
  static void close() {
    ground.close();
  }

  /** With a cache of their own, which has seen no newer state than the first. */
  private static Settings settings() throws IOException {
    return ground.settings(TINY, repository).with("OCI_KEEP_PREVIOUS", "{tag}-previous");
  }

  static List<Specimens.Specimen> specimens() {
    return Specimens.all();
  }

  @ParameterizedTest
  @MethodSource("specimens")
  void image_ofAnyMake_goesThroughItsLife(Specimens.Specimen specimen)
      throws IOException, InterruptedException {
    ground.cvmfs().show(TINY.fqrn(), "r1");
    String image = ground.newImageName();
    specimen.push(specimens, image);
    String original = ground.digest(image);
    List<String> others = otherLayers(image);
    Settings settings = settings();

    ProgramRun injected = oci("oci", settings, image);
    assertThat(injected.result()).isIn("injected", "refreshed", "unchanged");
    ground.cvmfs().show(TINY.fqrn(), "r2");
    ProgramRun refreshed = oci("oci", settings, image);
    assertThat(refreshed.result()).isEqualTo("refreshed");
    assertThat(ground.digest(image)).isEqualTo(refreshed.newDigest());
    assertThat(otherLayers(image)).as("layers of others").isEqualTo(others);

    assertThat(oci("oci status", settings, image).report().path("fresh").asBoolean()).isTrue();
    assertThat(oci("oci", settings, image).result()).isEqualTo("unchanged");
    JsonNode inspected = JSON.readTree(Skopeo.anonymous().inspect(image));
    assertThat(inspected.path("Layers")).hasSize(others.size() + 1);
    assertThat(inspected.path("Labels").path("cvmfs_injection_gz").asText())
        .isEqualTo(refreshed.layer());
    if (specimen.unpackable()) {
      assertThat(ground.unpack(image).resolve(CONTENT)).isRegularFile();
    }

    ProgramRun back = oci("oci rollback", settings, image);
    assertThat(back.newDigest())
        .isEqualTo(injected.report().path("newDigest").asText(original).replace("null", original));
    assertThat(oci("oci rollback", settings, image).newDigest()).isEqualTo(refreshed.newDigest());

    ProgramRun ejected = oci("oci eject", settings, image);
    assertThat(otherLayers(image)).isEqualTo(others);
    if (!specimen.injected()) {
      assertThat(ejected.newDigest()).isEqualTo(original);
    }
    assertThat(ground.runHere("oci status", settings, image).exitCode()).isEqualTo(FOUND);
  }

  private static ProgramRun oci(String command, Settings settings, String image)
      throws IOException {
    return ground.runHere(command, settings, image).orThrow();
  }

  /** The digests of the layers but for that of CVMFS. */
  private static List<String> otherLayers(String image) throws IOException {
    JsonNode manifest = JSON.readTree(Skopeo.anonymous().rawManifest(image));
    JsonNode config = JSON.readTree(Skopeo.anonymous().rawConfig(image));
    String ours = config.path("config").path("Labels").path("cvmfs_injection_tar").asText();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < manifest.path("layers").size(); i++) {
      if (!config.at("/rootfs/diff_ids").path(i).asText().equals(ours)) {
        others.add(manifest.path("layers").path(i).path("digest").asText());
      }
    }
    return others;
  }

  @ParameterizedTest
  @ValueSource(strings = {"umoci", "buildah, from an injected image, as Docker"})
  void image_ofSomeMakes_runs(String name) throws IOException, InterruptedException {
    Needs.parts(RealPart.PODMAN, RealPart.RUNC);
    ground.cvmfs().show(TINY.fqrn(), "r1");
    String image = ground.newImageName();
    Specimens.all().stream()
        .filter(specimen -> specimen.name().equals(name))
        .findFirst()
        .orElseThrow()
        .push(specimens, image);
    ground.cvmfs().show(TINY.fqrn(), "r2");
    oci("oci", settings(), image);

    try (Podman podman = Podman.withNewStorage()) {
      assertThat(podman.run(image, "/bin/cat", "/" + CONTENT).orThrow().stdout())
          .isEqualTo(Files.readString(ground.unpack(image).resolve(CONTENT)));
    }
  }

  @Test
  void imageForWindows_isRefused() throws IOException, InterruptedException {
    RegistryHttp http = new RegistryHttp(ground.registry().host(), "refused/windows");
    DocumentImage.named("jib").withConfig("os", "\"windows\"").push(http, "latest");

    requireRefused(ground.registry().host() + "/refused/windows", "is of a Windows image");
  }

  @Test
  void imageInjectedTwice_isRefused() throws IOException, InterruptedException {
    RegistryHttp http = new RegistryHttp(ground.registry().host(), "refused/twice");
    DocumentImage.named("injected-at-the-bottom")
        .withConfig(
            "history", "[{\"author\":\"cvmfs_shrinkwrap\"},{\"author\":\"cvmfs_shrinkwrap\"},{}]")
        .push(http, "latest");

    requireRefused(
        ground.registry().host() + "/refused/twice", "names cvmfs_shrinkwrap as author of layer 1");
  }

  @Test
  void imageOfSchema1_isRefused() throws IOException {
    Path layout = ground.newFolder("schema1");
    byte[] manifest =
        "{\"schemaVersion\":1,\"name\":\"x\",\"tag\":\"latest\",\"fsLayers\":[],\"history\":[]}"
            .getBytes(StandardCharsets.UTF_8);
    String digest = RegistryHttp.digest(manifest);
    Files.createDirectories(layout.resolve("blobs/sha256"));
    Files.write(layout.resolve("blobs/sha256").resolve(digest.substring(7)), manifest);
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        layout.resolve("index.json"),
        """
        {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.docker.distribution.manifest.v1+json",
         "digest":"%s","size":%d}]}\
        """
            .formatted(digest, manifest.length));

    requireRefused("oci:" + layout, "schema 1");
  }

  private static void requireRefused(String image, String why) throws IOException {
    ground.cvmfs().show(TINY.fqrn(), "r1");
    ProgramRun run = ground.runHere("oci", settings(), image);
    assertThat(run.exitCode()).as(run.story()).isEqualTo(IMAGE_FAILURE);
    assertThat(run.story()).contains(why);
  }
}
