package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images in OCI layouts on disk, for sites without a registry in reach. */
class LayoutIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final int IMAGE_FAILURE = 3;

  private @TempDir Path folder;

  @Test
  void layoutOfUmoci_isInjectedRefreshedAndLeftAlone_andOthersReadIt() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Path copy = ground.serve(TINY, "r1");
      Settings settings = ground.settings(TINY, copy);
      Path work = ground.newFolder("layout");
      Path layout = work.resolve("images");
      Umoci umoci = Umoci.create(layout, "one");
      Path root = umoci.unpack("one", work.resolve("bundle"));
      Files.writeString(root.resolve("file"), "content");
      umoci.repack("one", work.resolve("bundle"));
      String image = "oci:" + layout + ":one";

      assertThat(ground.runWell(settings, image).result()).isEqualTo("injected");
      ground.cvmfs().show(TINY.fqrn(), "r2");
      ProgramRun refreshed = ground.runWell(settings, image);
      assertThat(refreshed.result()).isEqualTo("refreshed");
      ProgramRun again = ground.runWell(settings, image);

      assertThat(again.result()).isEqualTo("unchanged");
      assertThat(again.transfer("bytesUploaded")).isZero();
      Path unpacked = umoci.unpack("one", work.resolve("result"));
      assertThat(unpacked.resolve("file")).hasContent("content");
      assertThat(
              ListingDifference.between(
                  ListingDifference.withoutSockets(TINY.listing(copy, "r2")),
                  UnpackedTree.list(unpacked.resolve("cvmfs/tiny.example.org"))))
          .isEmpty();

      String pushed = ground.newImageName();
      Skopeo.anonymous().pushLayout(layout, "one", pushed);
      assertThat(ground.digest(pushed)).isEqualTo(refreshed.newDigest());
      ProgramRun inRegistry = ground.runWell(settings, pushed);
      assertThat(inRegistry.result()).isEqualTo("unchanged");
    }
  }

  @Test
  void directoryWithoutALayout_isSaidToBeNone() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      Path empty = ground.newFolder("empty");

      ProgramRun run = ground.run(settings, "oci:" + empty + ":one");

      assertThat(run.exitCode()).as(run.story()).isEqualTo(IMAGE_FAILURE);
      assertThat(run.story()).contains("no OCI image layout at " + empty);
      assertThat(empty).isEmptyDirectory();
    }
  }
}
