package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images whose layers another tool has compressed again on their way to another registry. */
class RecompressedIT {
  private static final SampleRepository TINY = SampleRepository.TINY;

  private @TempDir Path folder;

  @Test
  void layerInZstd_isComparedByItsHeaders_andReplacedByTheOneItWas() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      String image = ground.pushSmallImage();
      ProgramRun first = ground.runWell(settings, image);
      Skopeo skopeo = Skopeo.anonymous();
      String again = ground.newImageName();
      Path plain = ground.newFolder("plain").resolve("image");
      skopeo.copy("docker://" + image, "dir:" + plain, "--dest-decompress");
      Path layout = ground.newFolder("zstd").resolve("layout");
      skopeo.copy("dir:" + plain, "oci:" + layout + ":zstd", "--dest-compress-format", "zstd");
      skopeo.pushLayout(layout, "zstd", again);
      assertThat(skopeo.rawManifest(again)).contains("tar+zstd");

      ProgramRun status = ground.runHere("oci status", settings, again);
      assertThat(status.exitCode()).as(status.story()).isEqualTo(9);
      assertThat(status.report().path("reasons").toString()).contains("compressed again");

      // The specification is in the layer.
      ProgramRun run = ground.runWell(settings.without("OCI_SPEC"), again);

      assertThat(run.result()).isEqualTo("refreshed");
      assertThat(run.layer()).isEqualTo(first.layer());
      assertThat(run.report().path("changes").path("kept").asLong()).isPositive();
      assertThat(run.report().path("changes").path("added").asLong()).isZero();
      assertThat(run.report().path("changes").path("removed").asLong()).isZero();
    }
  }
}
