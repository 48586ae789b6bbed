package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify} and {@code diff} on published images. */
class ProofIT {
  private static final SampleRepository TINY = SampleRepository.TINY;

  private @TempDir Path folder;

  @Test
  void publishedImage_isProven_withoutFetchingContent() throws IOException {
    for (SampleRepository sample : SampleRepository.values()) {
      Path own = Files.createDirectories(folder.resolve(sample.name()));
      try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(own)) {
        Settings settings = ground.settings(sample, ground.serve(sample, "r1"));
        String image = ground.pushSmallImage();
        ProgramRun injected = ground.runWell(settings, image);
        Settings elsewhere = settings.with("OCI_CACHE", ground.newFolder("cache"));
        ground.cvmfs().forgetRequests();

        ProgramRun verified = ground.runCommand("verify", elsewhere, image).orThrow();

        assertThat(verified.report().path("proven").asBoolean()).isTrue();
        assertThat(verified.report().path("entries").asLong()).isPositive();
        assertThat(verified.report().path("layer").path("digest").asText())
            .isEqualTo(injected.layer());
        assertThat(ground.cvmfs().requests())
            .extracting(request -> request.path())
            .filteredOn(path -> path.contains("/data/"))
            .allMatch(path -> path.endsWith("C") || path.endsWith("X") || path.endsWith("H"));

        // What was verified here needs no other proof: the catalogs are not read again.
        ground.cvmfs().forgetRequests();
        ProgramRun again = ground.runWell(elsewhere, image);
        assertThat(again.result()).isEqualTo("unchanged");
        assertThat(ground.cvmfs().requests())
            .extracting(request -> request.path())
            .noneMatch(path -> path.contains("/data/"));
      }
    }
  }

  @Test
  void olderState_isProven_andSaidToBeOld() throws IOException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      String image = ground.pushSmallImage();
      ground.runWell(settings, image);
      ground.cvmfs().show(TINY.fqrn(), "r2");

      ProgramRun verified = ground.runCommand("verify", settings, image).orThrow();

      assertThat(verified.report().path("notes").toString()).contains("revision 2 by now");
      assertThat(verified.report().path("repositories").path(0).path("revision").asInt())
          .isEqualTo(1);
    }
  }

  /** The registry keeps blobs in files; whoever controls it can change them. */
  @Test
  void layerChangedInTheRegistry_isFoundOut() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      String image = ground.pushSmallImage();
      ProgramRun injected = ground.runWell(settings, image);
      Path blob = blob(injected.layer());
      byte[] genuine = Files.readAllBytes(blob);
      for (int at : List.of(3, genuine.length / 3, genuine.length - 20_000, genuine.length - 1)) {
        byte[] changed = genuine.clone();
        changed[at] ^= 4;
        Files.write(blob, changed);

        ProgramRun verified = ground.runCommand("verify", settings, image);

        assertThat(verified.exitCode()).as("byte %d", at).isEqualTo(9);
        assertThat(verified.report().path("proven").asBoolean()).isFalse();
        assertThat(verified.report().path("findings")).hasSizeGreaterThan(1);
      }
    }
  }

  private Path blob(String digest) throws IOException {
    String hex = digest.substring("sha256:".length());
    try (Stream<Path> files = Files.walk(folder.resolve("registry"))) {
      return files
          .filter(file -> file.endsWith(Path.of(hex, "data")))
          .filter(file -> file.toString().contains("/blobs/"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void imageWithoutLayer_hasNothingToVerifyOrCompare() throws IOException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      String image = ground.pushSmallImage();

      for (String command : List.of("verify", "diff")) {
        ProgramRun run = ground.runCommand(command, settings, image);
        assertThat(run.exitCode()).as(command).isEqualTo(3);
        assertThat(run.story()).contains("has no CVMFS");
      }
    }
  }

  @Test
  void diff_ofImageAndOfStates_tellTheSame() throws IOException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      String image = ground.pushSmallImage();
      ground.runWell(settings, image);
      assertThat(ground.runCommand("diff", settings, image).orThrow().reports()).isEmpty();
      ground.cvmfs().show(TINY.fqrn(), "r2");

      List<JsonNode> ofImage = ground.runCommand("diff", settings, image).orThrow().reports();
      ProgramRun states =
          ground.runCommand(
              "diff", settings.without("OCI_SPEC"), TINY.fqrn() + "@1", TINY.fqrn() + "@2");
      List<JsonNode> ofStates =
          states.orThrow().reports().stream()
              .filter(report -> !report.path("how").toString().contains("stored in other objects"))
              .toList();

      assertThat(ofImage).isNotEmpty();
      // A layer cannot hold sockets, so to it they are neither new nor gone.
      assertThat(ofImage).isEqualTo(ofStates);
      assertThat(ofImage)
          .filteredOn(report -> report.path("path").asText().equals("/README"))
          .singleElement()
          .matches(report -> report.path("change").asText().equals("changed"))
          .matches(report -> report.path("how").toString().contains("time"));
      assertThat(ground.runCommand("diff", settings, image, "--to", "1").orThrow().reports())
          .isEmpty();

      List<JsonNode> stat =
          ground.runCommand("diff", settings, image, "--stat").orThrow().reports();
      JsonNode total = stat.get(stat.size() - 1);
      assertThat(total.path("path").asText()).isEqualTo("total");
      assertThat(
              total.path("added").asInt()
                  + total.path("removed").asInt()
                  + total.path("changed").asInt())
          .isEqualTo(ofImage.size());
    }
  }
}
