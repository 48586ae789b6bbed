package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code oci status}: fresh is what a refresh with the same configuration leaves alone. */
class StatusIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final int FOUND = 9;

  // All are made before each test.
  @SuppressWarnings("NullAway.Init")
  private Ground<EmbeddedRegistry> ground;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  @SuppressWarnings("NullAway.Init")
  private String image;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    ground = Ground.withEmbeddedRegistry(folder);
    settings = ground.settings(TINY, ground.serve(TINY, "r1"));
    image = ground.pushSmallImage();
  }

  @AfterEach
  void close() {
    ground.close();
  }

  private void requireFresh(Settings with) throws IOException {
    ProgramRun status = ground.runHere("oci status", with, image).orThrow();
    assertThat(status.report().path("fresh").asBoolean()).isTrue();
    assertThat(status.report().path("reasons")).isEmpty();
  }

  private void requireStale(Settings with, String reason) throws IOException {
    ProgramRun status = ground.runHere("oci status", with, image);
    assertThat(status.exitCode()).as(reason + status.story()).isEqualTo(FOUND);
    assertThat(status.report().path("fresh").asBoolean()).isFalse();
    assertThat(status.report().path("reasons").toString()).contains(reason);
  }

  @Test
  void layerMadeWithOtherSettings_isStale() throws IOException {
    ground.runHere("oci", settings, image).orThrow();

    requireFresh(settings);
    requireStale(settings.with("OCI_PREFIX", "opt/sw"), "prefix");
    for (String key :
        List.of(
            "OCI_ESTARGZ", "OCI_SINGLE_MEMBER", "CVMFS_WORLD_READABLE", "CVMFS_CLAIM_OWNERSHIP")) {
      requireStale(settings.with(key, "yes"), key);
    }
    requireStale(settings.with("OCI_HARDLINKS", "no"), "OCI_HARDLINKS");
    Settings elsewhere = settings.with("OCI_PREFIX", "opt/sw");
    ground.runHere("oci", elsewhere, image).orThrow();
    requireFresh(elsewhere);
    requireFresh(settings);
  }

  @Test
  void otherRepositoriesInTheConfiguration_makeItStale() throws IOException {
    ground.runHere("oci", settings, image).orThrow();
    Path specifications = ground.newFolder("specifications");
    Files.writeString(specifications.resolve(TINY.fqrn() + ".spec"), "/*\n");
    Settings each =
        settings
            .without("CVMFS_REPOSITORY_NAME")
            .without("OCI_SPEC")
            .with("OCI_SPEC_DIR", specifications);

    requireFresh(each.with("CVMFS_REPOSITORIES", TINY.fqrn()));
    requireStale(
        each.with("CVMFS_REPOSITORIES", TINY.fqrn() + ",more.example.org"), "more.example.org");
  }

  @Test
  void configurationWithADestination_isAboutThatOne_andAboutWhatItWasMadeFrom() throws IOException {
    Settings beside = settings.with("OCI_DEST_TAG", "with-cvmfs");
    ground.runHere("oci", beside, image).orThrow();

    ProgramRun status = ground.runHere("oci status", beside, image).orThrow();
    assertThat(status.report().path("image").asText()).endsWith(":with-cvmfs");
    requireFresh(beside);
    Settings other = settings.with("OCI_DEST", ground.registry().host() + "/prod/app:v1");
    assertThat(ground.runHere("oci status", other, image).exitCode()).isEqualTo(3);
    ground.runHere("oci", other, image).orThrow();
    requireFresh(other);

    ground.pushSmallImage(image, "built again");

    requireStale(beside, "is another image");
    requireStale(other, "is another image");
    ground.runHere("oci", beside, image).orThrow();
    requireFresh(beside);
  }
}
