package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on real parts: inject, run, refresh, run, leave alone. */
class InjectionIT {
  private @TempDir Path folder;

  @BeforeEach
  void needs() {
    Needs.parts(RealPart.PODMAN, RealPart.RUNC);
  }

  @Test
  void dockerRegistry_imageIsInjectedRefreshedAndThenLeftAlone() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      walk(ground);

      assertThat(ground.registry().garbage())
          .contains(" 0 blobs and 0 manifests eligible for deletion");
    }
  }

  @Test
  void embeddedRegistry_imageIsInjectedRefreshedAndThenLeftAlone() throws IOException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      walk(ground);
    }
  }

  private static void walk(Ground<?> ground) throws IOException {
    SampleRepository tiny = SampleRepository.TINY;
    Path copy = ground.serve(tiny, "r1");
    Settings settings = ground.settings(tiny, copy);
    String image = ground.pushBusybox();
    String vanilla = ground.digest(image);
    try (Podman podman = Podman.withNewStorage()) {
      ProgramRun injected = ground.runWell(settings, image);
      assertThat(injected.result()).isEqualTo("injected");
      assertThat(injected.report().path("oldDigest").asText()).isEqualTo(vanilla);
      assertThat(ground.digest(image)).isEqualTo(injected.newDigest()).isNotEqualTo(vanilla);
      assertThat(injected.story()).contains("sockets", "/cvmfs/tiny.example.org/special/sock");
      assertThat(hello(podman, tiny, image)).contains("revision 1");

      ground.cvmfs().show(tiny.fqrn(), "r2");
      ProgramRun refreshed = ground.runWell(settings, image);
      assertThat(refreshed.result()).isEqualTo("refreshed");
      assertThat(refreshed.report().path("oldDigest").asText()).isEqualTo(injected.newDigest());
      assertThat(ground.digest(image)).isEqualTo(refreshed.newDigest());
      assertThat(hello(podman, tiny, image)).contains("revision 2");

      assertNothingToDo(ground, settings, image);
    }
  }

  @Test
  void repositoryOfUncompressedObjectsAndShakeHashes_isInjectedAndThenLeftAlone()
      throws IOException {
    SampleRepository shake = SampleRepository.SHAKE;
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder);
        Podman podman = Podman.withNewStorage()) {
      Settings settings = ground.settings(shake, ground.serve(shake, "r1"));
      String image = ground.pushBusybox();

      ground.runWell(settings, image);

      assertThat(hello(podman, shake, image)).contains("revision 1");
      assertNothingToDo(ground, settings, image);
    }
  }

  /** Runs the program once more: it asks what is new, and does nothing else. */
  private static void assertNothingToDo(Ground<?> ground, Settings settings, String image)
      throws IOException {
    String before = ground.digest(image);
    int requests = ground.registry().requests().size();
    ground.cvmfs().forgetRequests();

    ProgramRun run = ground.runWell(settings, image);

    assertThat(run.result()).isEqualTo("unchanged");
    assertThat(run.report().path("newDigest").isNull()).isTrue();
    assertThat(run.transfer("bytesUploaded")).isZero();
    assertThat(ground.digest(image)).isEqualTo(before);
    List<RegistryRequest> all = ground.registry().requests();
    assertThat(all.subList(requests, all.size()))
        .filteredOn(RegistryRequest::isOurs)
        .hasSizeBetween(1, 8)
        .allMatch(RegistryRequest::isRead);
    assertThat(ground.cvmfs().requests())
        .extracting(RepositoryServer.Request::path)
        .allMatch(path -> path.matches(".*/\\.cvmfs(published|whitelist)"));
  }

  private static String hello(Podman podman, SampleRepository repository, String image) {
    return podman
        .run(image, "sh", "/cvmfs/%s/bin/hello".formatted(repository.fqrn()))
        .orThrow()
        .stdout();
  }
}
