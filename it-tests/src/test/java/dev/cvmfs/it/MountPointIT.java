package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code OCI_PREFIX}: repositories elsewhere in the image than in {@code /cvmfs}. */
class MountPointIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final int USAGE = 2;

  private @TempDir Path folder;

  @Test
  void otherMountPoint_isKeptByRefreshes_provenAndLeftAgain() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Path copy = ground.serve(TINY, "r1");
      Settings usual = ground.settings(TINY, copy);
      String image = ground.pushSmallImage();

      ground.runHere("oci", usual.with("OCI_PREFIX", "/opt/sw/"), image).orThrow();

      Path root = ground.unpack(image);
      assertThat(root.resolve("opt/sw/tiny.example.org/bin/hello")).isRegularFile();
      assertThat(root.resolve("cvmfs")).doesNotExist();
      assertThat(ground.runHere("oci", usual, image).orThrow().result()).isEqualTo("unchanged");
      assertThat(
              ground.runHere("verify", usual, image).orThrow().report().path("proven").asBoolean())
          .isTrue();

      ground.cvmfs().show(TINY.fqrn(), "r2");
      assertThat(ground.runHere("diff", usual, image).orThrow().reports())
          .isNotEmpty()
          .allMatch(line -> !line.path("path").asText().startsWith("/opt"));
      // Without a ledger, it is the layer that tells.
      Settings elsewhere = ground.settings(TINY, copy);
      ProgramRun refreshed = ground.runHere("oci", elsewhere, image).orThrow();
      assertThat(refreshed.result()).isEqualTo("refreshed");
      assertThat(
              ListingDifference.between(
                  ListingDifference.withoutSockets(TINY.listing(copy, "r2")),
                  UnpackedTree.list(ground.unpack(image).resolve("opt/sw/tiny.example.org"))))
          .isEmpty();

      ProgramRun moved = ground.runHere("oci", usual.with("OCI_PREFIX", "cvmfs"), image).orThrow();
      assertThat(moved.result()).isEqualTo("refreshed");
      assertThat(moved.report().path("changes").path("kept").asInt()).isZero();
      Path back = ground.unpack(image);
      assertThat(back.resolve("cvmfs/tiny.example.org/bin/hello")).isRegularFile();
      assertThat(back.resolve("opt")).doesNotExist();

      String fresh = ground.pushSmallImage();
      assertThat(ground.runHere("oci", usual, fresh).orThrow().layer()).isEqualTo(moved.layer());
    }
  }

  @Test
  void impossibleMountPoint_isRefused() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      String image = ground.pushSmallImage();

      for (String prefix : new String[] {"..", "/", "a/../b", "a b", ".hidden", "a//b"}) {
        ProgramRun run = ground.runHere("oci", settings.with("OCI_PREFIX", prefix), image);
        assertThat(run.exitCode()).as(prefix + run.story()).isEqualTo(USAGE);
        assertThat(run.story()).contains("OCI_PREFIX");
      }
    }
  }

  @Test
  void linksIntoOtherRepositories_areTold() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      RepositoryPublisher publisher =
          new RepositoryPublisher(
              ground.newFolder("repository"), PublisherOptions.named("x.example.org"));
      Tree tree = new Tree();
      tree.file("/file", "content");
      tree.symlink("/other", "/cvmfs/other.example.org/lib");
      tree.symlink("/inside", "/cvmfs/x.example.org/file");
      publisher.publish(tree);
      ground.cvmfs().serve(publisher);
      String image = ground.pushSmallImage();

      ProgramRun run = ground.runHere("oci", ground.settings(publisher), image).orThrow();

      assertThat(run.story())
          .contains(
              "warning: 1 symbolic link in the image leads nowhere:"
                  + " /cvmfs/x.example.org/other → /cvmfs/other.example.org/lib"
                  + " (the image has no other.example.org)");
    }
  }
}
