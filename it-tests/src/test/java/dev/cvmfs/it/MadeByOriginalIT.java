package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that the original injector made is found, refreshed, and keeps all that is not ours. */
class MadeByOriginalIT {
  private static final Path IMAGE =
      CommandLine.project().resolve("it-tests/src/test/resources/made-by-original");
  private static final ObjectMapper JSON = new ObjectMapper();

  private @TempDir Path folder;

  @Test
  void imageOfTheOriginalInjector_isRefreshed_keepsEverythingElse_andRuns() throws IOException {
    SampleRepository tiny = SampleRepository.TINY;
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Path copy = ground.serve(tiny, "r1");
      Settings settings =
          ground.settings(tiny, copy).with("OCI_SPEC", IMAGE.resolve("tiny.example.org.spec"));
      String image = ground.newImageName();
      Skopeo.anonymous().pushDirectory(IMAGE.resolve("image"), image);
      JsonNode oldManifest = JSON.readTree(Skopeo.anonymous().rawManifest(image));
      ObjectNode oldConfig = (ObjectNode) JSON.readTree(Skopeo.anonymous().rawConfig(image));

      ProgramRun toOurFormat = ground.runWell(settings, image);
      assertThat(toOurFormat.result()).isEqualTo("refreshed");
      assertContent(tiny.listing(copy, "r1"), ground, image);
      int lines = JSON.readTree(Skopeo.anonymous().rawConfig(image)).path("history").size();

      ground.cvmfs().show(tiny.fqrn(), "r2");
      int requests = ground.registry().requests().size();
      ProgramRun refreshed = ground.runWell(settings, image);
      assertThat(refreshed.result()).isEqualTo("refreshed");
      assertContent(tiny.listing(copy, "r2"), ground, image);

      JsonNode manifest = JSON.readTree(Skopeo.anonymous().rawManifest(image));
      ObjectNode config = (ObjectNode) JSON.readTree(Skopeo.anonymous().rawConfig(image));
      assertThat(manifest.path("mediaType")).isEqualTo(oldManifest.path("mediaType"));
      assertThat(manifest.path("layers")).hasSize(3);
      assertThat(manifest.path("layers").path(0)).isEqualTo(oldManifest.path("layers").path(0));
      assertThat(manifest.path("layers").path(2)).isEqualTo(oldManifest.path("layers").path(2));
      assertThat(manifest.path("layers").path(1).path("digest").asText())
          .isEqualTo(refreshed.layer());
      assertThat(config.path("config").path("Labels").path("cvmfs_injection_tar"))
          .isEqualTo(config.path("rootfs").path("diff_ids").path(1));
      assertThat(config.path("config").path("Labels").path("cvmfs_injection_gz").asText())
          .isEqualTo(refreshed.layer());
      assertThat(config.path("history")).hasSize(lines);
      assertThat(withoutWhatIsOurs(config)).isEqualTo(withoutWhatIsOurs(oldConfig));
      assertOtherLayersWereNotPulled(ground, requests, manifest);

      assertThat(ground.runWell(settings, image).result()).isEqualTo("unchanged");
      assertRuns(image);
    }
  }

  /** Its own command runs; the image holds no shell, so it gets one. */
  private static void assertRuns(String image) throws IOException {
    Needs.parts(RealPart.PODMAN, RealPart.RUNC, RealPart.BUSYBOX);
    try (Podman podman = Podman.withNewStorage()) {
      assertThat(
              podman.runWith(Path.of(RealPart.BUSYBOX.path()), "/bin/sh", image).orThrow().stdout())
          .contains("revision 2");
    }
  }

  private static void assertContent(List<ListedEntry> listing, Ground<?> ground, String image)
      throws IOException {
    TreePath excluded = TreePath.of("/special");
    List<ListedEntry> expected =
        listing.stream().filter(entry -> !entry.path().isAtOrBelow(excluded)).toList();
    assertThat(
            ListingDifference.between(
                expected,
                UnpackedTree.list(ground.unpack(image).resolve("cvmfs/tiny.example.org"))))
        .isEmpty();
  }

  private static void assertOtherLayersWereNotPulled(
      Ground<?> ground, int since, JsonNode manifest) {
    List<RegistryRequest> all = ground.registry().requests();
    assertThat(all.subList(since, all.size()))
        .filteredOn(RegistryRequest::isOurs)
        .extracting(RegistryRequest::path)
        .noneMatch(path -> path.contains(manifest.at("/layers/0/digest").asText()))
        .noneMatch(path -> path.contains(manifest.at("/layers/2/digest").asText()));
  }

  /** What must be as it was: everything but our layer's labels, diff_id and history. */
  private static JsonNode withoutWhatIsOurs(ObjectNode config) {
    ObjectNode rest = config.deepCopy();
    for (String labels : List.of("/config/Labels", "/container_config/Labels")) {
      ((ObjectNode) rest.at(labels))
          .remove(List.of("cvmfs_injection_tar", "cvmfs_injection_gz", "cvmfs_injection_state"));
    }
    rest.withArray("/rootfs/diff_ids").set(1, "ours");
    var history = rest.withArray("/history");
    for (int line = history.size() - 1; line >= 0; line--) {
      if (history.path(line).path("author").asText().equals("cvmfs_shrinkwrap")) {
        history.remove(line);
      }
    }
    return rest;
  }
}
