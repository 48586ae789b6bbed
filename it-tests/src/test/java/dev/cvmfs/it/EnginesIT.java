package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.publisher.Listing;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images in the hands of the engines that most people have: what they unpack is what was published,
 * and what Docker pushes again is still ours to refresh.
 */
class EnginesIT {
  private @TempDir Path folder;

  @Test
  void docker_pullsWhatWasPublished_andWhatItPushesAgainIsRefreshed() throws IOException {
    Needs.parts(RealPart.DOCKER_ENGINE, RealPart.DOCKER);
    SampleRepository tiny = SampleRepository.TINY;
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder);
        DockerEngine docker = docker(ground)) {
      Path copy = ground.serve(tiny, "r1");
      Settings settings = ground.settings(tiny, copy);
      String image = ground.pushSmallImage();
      ground.runWell(settings, image);
      docker.pull(image);
      assertSame(tiny.listing(copy, "r1"), docker.uppermostLayer(image), tiny.fqrn());

      // A container's files, committed, make a manifest of Docker's own.
      String again = ground.newImageName();
      docker.commitUnchanged(image, again);
      docker.push(again);
      ground.cvmfs().show(tiny.fqrn(), "r2");
      ProgramRun refreshed = ground.runWell(settings, again);

      assertThat(ground.digest(again)).isNotEqualTo(ground.digest(image));
      assertThat(refreshed.result()).isEqualTo("refreshed");
      docker.pull(again);
      assertThat(
              ListingDifference.between(
                  expected(tiny.listing(copy, "r2")),
                  UnpackedTree.list(ground.unpack(again).resolve("cvmfs/" + tiny.fqrn()))))
          .isEmpty();
    }
  }

  @Test
  void docker_pullsAnotherHash_asPublished() throws IOException {
    Needs.parts(RealPart.DOCKER_ENGINE, RealPart.DOCKER);
    SampleRepository shake = SampleRepository.SHAKE;
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder);
        DockerEngine docker = docker(ground)) {
      Path copy = ground.serve(shake, "r1");
      String image = ground.pushSmallImage();
      ground.runWell(ground.settings(shake, copy), image);

      docker.pull(image);

      assertSame(shake.listing(copy, "r1"), docker.uppermostLayer(image), shake.fqrn());
    }
  }

  @Test
  void docker_loadsAnArchive_asPublished() throws IOException {
    Needs.parts(RealPart.DOCKER_ENGINE, RealPart.DOCKER);
    SampleRepository tiny = SampleRepository.TINY;
    String image = "lab/tiny:v1";
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder);
        DockerEngine docker = docker(ground)) {
      Path copy = ground.serve(tiny, "r1");
      Path archive = ground.newFolder("archive").resolve("image.tar");
      ground
          .runCommand(
              "export",
              ground.settings(tiny, copy),
              tiny.fqrn(),
              "--to=docker-archive:" + archive,
              "--name=" + image,
              "--spec=" + Files.writeString(folder.resolve("all.spec"), "/*\n"))
          .orThrow();

      assertThat(docker.load(archive)).contains(image);

      assertSame(tiny.listing(copy, "r1"), docker.uppermostLayer(image), tiny.fqrn());
    }
  }

  @Test
  void containerd_importsWhatWasPublished_withUnpigzAndWithout() throws IOException {
    Needs.parts(RealPart.CONTAINERD, RealPart.CTR, RealPart.PIGZ);
    SampleRepository tiny = SampleRepository.TINY;
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Path copy = ground.serve(tiny, "r1");
      String image = ground.pushSmallImage();
      ground.runWell(ground.settings(tiny, copy), image);
      Path archive = ground.pullArchive(image);

      for (boolean unpigz : List.of(true, false)) {
        try (Containerd containerd = containerd(unpigz)) {
          Path root = containerd.mount(containerd.importImage(archive));
          assertSame(tiny.listing(copy, "r1"), root, tiny.fqrn());
        }
      }
    }
  }

  /** A repository of ordinary software, too large to be shipped with the tests. */
  @Test
  void demoRepository_inBothEngines_isAsListed() throws IOException {
    Needs.longForm();
    Needs.parts(RealPart.DOCKER_ENGINE, RealPart.DOCKER, RealPart.CONTAINERD, RealPart.CTR);
    String fqrn = "demo.example.org";
    Path demo = Needs.repository(fqrn);
    List<ListedEntry> listing = Listing.read(demo.resolve("expected/r1.jsonl"));
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder);
        DockerEngine docker = docker(ground);
        Containerd containerd = containerd(true)) {
      ground.cvmfs().serve(fqrn, demo, "r1");
      String image = ground.pushSmallImage();
      ground.runWell(ground.settings(fqrn, demo.resolve(fqrn + ".pub")), image);

      docker.pull(image);

      assertSame(listing, docker.uppermostLayer(image), fqrn);
      assertSame(
          listing, containerd.mount(containerd.importImage(ground.pullArchive(image))), fqrn);
    }
  }

  private static DockerEngine docker(Ground<?> ground) throws IOException {
    return Needs.started("Docker Engine", () -> DockerEngine.start(ground.registry().host()));
  }

  private static Containerd containerd(boolean unpigz) throws IOException {
    return Needs.started("containerd", () -> Containerd.start(unpigz));
  }

  private static void assertSame(List<ListedEntry> listing, Path root, String fqrn)
      throws IOException {
    assertThat(
            ListingDifference.between(
                expected(listing), UnpackedTree.list(root.resolve("cvmfs").resolve(fqrn))))
        .isEmpty();
  }

  private static List<ListedEntry> expected(List<ListedEntry> listing) {
    return ListingDifference.withoutSockets(listing);
  }
}
