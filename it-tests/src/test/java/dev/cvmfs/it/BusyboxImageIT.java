package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusyboxImageIT {
  private @TempDir Path folder;

  @BeforeEach
  void needs() {
    Needs.root();
    Needs.parts(
        RealPart.BUSYBOX,
        RealPart.UMOCI,
        RealPart.SKOPEO,
        RealPart.DOCKER_REGISTRY,
        RealPart.PODMAN,
        RealPart.RUNC);
  }

  @Test
  void imagePushedToDockerRegistry_runsInPodman() throws IOException {
    try (DockerRegistry registry =
            DockerRegistry.start(folder.resolve("registry"), DockerRegistry.Options.PLAIN);
        Podman podman = Podman.withNewStorage()) {
      String image = registry.host() + "/test/busybox:latest";
      BusyboxImage.push(folder.resolve("image"), Skopeo.anonymous(), image);

      CommandResult result = podman.run(image, "sh", "-c", "echo hello from $((6 * 7))");

      assertThat(result.orThrow().stdout()).isEqualTo("hello from 42\n");
    }
  }
}
