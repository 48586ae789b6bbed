package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A registry that lets only one account in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthIT {
  private static final int AUTHORIZATION = 4;
  private static final String USER = "somebody";
  private static final String PASSWORD = "open sesame $5: ü";
  private static final String WRONG_PASSWORD = "close-sesame-123";

  // All are made once, before the first test.
  @SuppressWarnings("NullAway.Init")
  private Ground<DockerRegistry> ground;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  @SuppressWarnings("NullAway.Init")
  private String image;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    ground = Ground.withDockerRegistry(folder, USER, PASSWORD);
    SampleRepository tiny = SampleRepository.TINY;
    Path copy = ground.serve(tiny, "r1");
    settings =
        ground
            .settings(tiny, copy)
            .with("OCI_SPEC", Files.writeString(folder.resolve("bin.spec"), "/bin/*\n"));
  }

  @AfterAll
  void close() {
    ground.close();
  }

  @BeforeEach
  void pushImage() throws IOException {
    image = ground.pushSmallImage();
  }

  @Test
  void passwordInTheConfiguration_letsUsIn_andIsToldNobody() throws IOException {
    ProgramRun run =
        ground.runWell(settings.with("OCI_AUTH", USER + ":" + PASSWORD), image, "-v", "-v");

    assertThat(ground.digest(image)).isEqualTo(run.newDigest());
    assertThat(run.story()).doesNotContain(PASSWORD, basic(PASSWORD));
    assertThat(run.reports().toString()).doesNotContain(PASSWORD, basic(PASSWORD));
  }

  @Test
  void dockerLogin_letsUsIn() throws IOException {
    Path docker = Files.createDirectories(ground.home().resolve(".docker"));
    Path config = docker.resolve("config.json");
    Files.writeString(
        config,
        "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
            .formatted(ground.registry().host(), basic(PASSWORD)));
    try {
      ProgramRun run = ground.runWell(settings, image);

      assertThat(ground.digest(image)).isEqualTo(run.newDigest());
    } finally {
      Files.delete(config);
    }
  }

  @Test
  void passwordWrong_isAuthorization_andIsToldNobody() throws IOException {
    Refusal.of(ground, settings.with("OCI_AUTH", USER + ":" + WRONG_PASSWORD), image, "-v", "-v")
        .hasExitCode(AUTHORIZATION)
        .says(ground.registry().host(), "OCI_AUTH")
        .keepsSecret(WRONG_PASSWORD)
        .keepsSecret(basic(WRONG_PASSWORD))
        .leavesTheImageAlone();
  }

  @Test
  void passwordMissing_isAuthorization_andSaysHowToGiveIt() throws IOException {
    Refusal.of(ground, settings, image)
        .hasExitCode(AUTHORIZATION)
        .says(ground.registry().host(), "OCI_AUTH")
        .leavesTheImageAlone();
  }

  private static String basic(String password) {
    return Base64.getEncoder()
        .encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));
  }
}
