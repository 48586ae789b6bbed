package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --keep-previous} and {@code oci rollback}. */
class PreviousVersionsIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final int IMAGE_FAILURE = 3;

  // All are made before each test.
  @SuppressWarnings("NullAway.Init")
  private Ground<DockerRegistry> ground;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    ground = Ground.withDockerRegistry(folder, DockerRegistry.Options.PLAIN.withDelete());
    settings = ground.settings(TINY, ground.serve(TINY, "r1"));
  }

  @AfterEach
  void close() {
    ground.close();
  }

  private ProgramRun oci(Settings with, String... arguments) throws IOException {
    return ground.runHere("oci", with, arguments).orThrow();
  }

  private ProgramRun rollback(Settings with, String... arguments) throws IOException {
    return ground.runHere("oci rollback", with, arguments);
  }

  private static String tag(String image, String tag) {
    return image.replaceFirst(":latest$", ":" + tag);
  }

  @Test
  void movingTag_keepsTheLastVersion_andTwoRollbacksLeadBack() throws IOException {
    Settings keeping = settings.with("OCI_KEEP_PREVIOUS", "{tag}-previous");
    String image = ground.pushSmallImage();
    String vanilla = ground.digest(image);
    ProgramRun injected = oci(keeping, image);
    assertThat(injected.report().path("keptTag").asText()).isEqualTo("latest-previous");
    assertThat(ground.digest(tag(image, "latest-previous"))).isEqualTo(vanilla);
    ground.cvmfs().show(TINY.fqrn(), "r2");
    String refreshed = oci(keeping, image).newDigest();
    assertThat(ground.digest(tag(image, "latest-previous"))).isEqualTo(injected.newDigest());

    ProgramRun back = rollback(keeping, image).orThrow();

    assertThat(back.result()).isEqualTo("rolled-back");
    assertThat(back.report().path("oldDigest").asText()).isEqualTo(refreshed);
    assertThat(back.newDigest()).isEqualTo(injected.newDigest());
    assertThat(back.report().path("keptTag").asText()).isEqualTo("latest-previous");
    assertThat(ground.digest(image)).isEqualTo(injected.newDigest());
    assertThat(ground.digest(tag(image, "latest-previous"))).isEqualTo(refreshed);

    // Without settings the same tag is looked for.
    assertThat(rollback(settings, image).orThrow().newDigest()).isEqualTo(refreshed);
    assertThat(ground.digest(image)).isEqualTo(refreshed);
    assertThat(oci(keeping, image).result()).isEqualTo("unchanged");
  }

  @Test
  void tagForEachDigest_keepsPinnedImagesThroughACollectionOfGarbage() throws IOException {
    Settings keeping = settings.with("OCI_KEEP_PREVIOUS", "{tag}-{digest}");
    String image = ground.pushSmallImage();
    oci(keeping, image);
    ground.cvmfs().show(TINY.fqrn(), "r2");
    String pinned = ground.digest(image);
    String newest = oci(keeping, image).newDigest();

    ground.registry().collectGarbageAndUntagged();

    String name = image.replaceFirst(":latest$", "");
    assertThat(ground.digest(name + "@" + pinned)).isEqualTo(pinned);
    assertThat(ground.unpack(tag(image, "latest-" + pinned.substring(7, 19))))
        .isNotEmptyDirectory();
    List<JsonNode> kept = rollback(keeping, image, "--list").orThrow().reports();
    assertThat(kept).hasSize(2);

    ProgramRun unclear = rollback(keeping, image);
    assertThat(unclear.exitCode()).isEqualTo(IMAGE_FAILURE);
    assertThat(unclear.story()).contains("choose one with --to", kept.get(0).path("tag").asText());

    ProgramRun back = rollback(keeping, image, "--to", pinned).orThrow();
    assertThat(ground.digest(image)).isEqualTo(pinned);
    assertThat(back.report().path("keptTag").asText())
        .isEqualTo("latest-" + newest.substring(7, 19));
  }

  @Test
  void tagForEachTime_tellsWhichWasLast() throws IOException {
    Settings keeping = settings.with("OCI_KEEP_PREVIOUS", "{tag}-{time}-{digest}");
    String image = ground.pushSmallImage();
    String injected = oci(keeping, image).newDigest();
    ground.cvmfs().show(TINY.fqrn(), "r2");
    String refreshed = oci(keeping, image).newDigest();
    // As if the first of the two had been replaced long ago; both may have been within a second.
    String old = tag(image, "latest-20200101T000000Z-" + "0".repeat(12));
    Skopeo.anonymous().tag(image, old);

    ProgramRun dry = rollback(keeping, image, "--to", injected, "--dry-run").orThrow();
    assertThat(dry.newDigest()).isEqualTo(injected);
    assertThat(ground.digest(image)).isEqualTo(refreshed);
    List<JsonNode> kept = rollback(keeping, image, "--list").orThrow().reports();
    assertThat(kept).hasSize(3);
    assertThat(kept.get(2).path("replaced").asText()).isEqualTo("20200101T000000Z");
  }

  @Test
  void nothingKept_isSaid_andDigestsWorkAnyway() throws IOException {
    String image = ground.pushSmallImage();
    String vanilla = ground.digest(image);
    String injected = oci(settings, image).newDigest();

    ProgramRun refused = rollback(settings, image);
    assertThat(refused.exitCode()).isEqualTo(IMAGE_FAILURE);
    assertThat(refused.story()).contains("nothing else is kept", "--to DIGEST|TAG");

    ProgramRun back = rollback(settings, image, "--to", vanilla).orThrow();
    assertThat(back.report().has("keptTag")).isFalse();
    assertThat(ground.digest(image)).isEqualTo(vanilla);
    assertThat(rollback(settings, image, "--to", vanilla).orThrow().result())
        .isEqualTo("unchanged");
    assertThat(rollback(settings, image, "--to", injected).orThrow().newDigest())
        .isEqualTo(injected);
  }

  @Test
  void layout_isRolledBackToo() throws IOException {
    Settings keeping = settings.with("OCI_KEEP_PREVIOUS", "{tag}.before");
    Path layout = ground.newFolder("layout").resolve("images");
    Umoci.create(layout, "one");
    String image = "oci:" + layout + ":one";
    String vanilla = oci(keeping, image).report().path("oldDigest").asText();

    ProgramRun back = rollback(keeping, image).orThrow();

    assertThat(back.newDigest()).isEqualTo(vanilla);
    assertThat(rollback(keeping, image, "--list").orThrow().report().path("tag").asText())
        .isEqualTo("one.before");
    assertThat(ground.runHere("oci eject", keeping, image).orThrow().result())
        .isEqualTo("unchanged");
    assertThat(rollback(keeping, image).orThrow().result()).isEqualTo("rolled-back");
    ProgramRun ejected = ground.runHere("oci eject", keeping, image).orThrow();
    assertThat(ejected.newDigest()).isEqualTo(vanilla);
    assertThat(ejected.report().path("keptTag").asText()).isEqualTo("one.before");
  }
}
