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

/** {@code --dry-run}, {@code --prepare} and {@code --dest-tag}. */
class ModesIT {
  private static final SampleRepository TINY = SampleRepository.TINY;

  // All are made before each test.
  @SuppressWarnings("NullAway.Init")
  private Ground<DockerRegistry> ground;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  @SuppressWarnings("NullAway.Init")
  private String image;

  private @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    ground = Ground.withDockerRegistry(folder);
    Path copy = ground.serve(TINY, "r1");
    settings =
        ground
            .settings(TINY, copy)
            .with(
                "OCI_SPEC", Files.writeString(folder.resolve("some.spec"), "/bin/*\n/nested/*\n"));
    image = ground.pushSmallImage();
  }

  @AfterEach
  void close() {
    ground.close();
  }

  @Test
  void dryRun_sendsOnlyReads_andTellsWhatWouldChange() throws IOException {
    String before = ground.digest(image);

    ProgramRun plan = ground.runWell(settings, image, "--dry-run");

    assertThat(plan.result()).isEqualTo("injected");
    assertThat(plan.report().path("dryRun").asBoolean()).isTrue();
    assertThat(plan.transfer("bytesUploaded")).isZero();
    assertThat(plan.story())
        .contains(
            image + " would change like this:",
            "cvmfs_injection_tar",
            "manifest layers[1]: added",
            "dry run: nothing was written");
    assertThat(ours(0)).isNotEmpty().allMatch(RegistryRequest::isRead);
    assertThat(ground.digest(image)).isEqualTo(before);

    assertThat(plan.story()).contains("to be fetched from CVMFS: ", "to be uploaded: ");
    assertThat(planned(plan, "fetched")).isPositive();
    assertThat(planned(plan, "cached") + planned(plan, "reused") + planned(plan, "dropped"))
        .isZero();
    assertThat(plan.report().path("newDigest").isNull()).isTrue();
    // Catalogs, and no content.
    assertThat(ground.cvmfs().requests())
        .extracting(request -> request.path())
        .filteredOn(path -> path.contains("/data/"))
        .allMatch(path -> path.endsWith("C") || path.endsWith("X"));
    ProgramRun done = ground.runWell(settings, image);
    assertThat(done.report().path("changes")).isEqualTo(plan.report().path("changes"));
    assertThat(done.report().has("plan")).isFalse();

    ground.cvmfs().show(TINY.fqrn(), "r2");
    ProgramRun cached = ground.runWell(settings, image, "--dry-run");
    assertThat(planned(cached, "cached")).isPositive();
    assertThat(planned(cached, "reused")).isZero();
    Settings elsewhere =
        settings.with("OCI_CACHE", Files.createTempDirectory(folder, "empty-cache"));
    ProgramRun reused = ground.runWell(elsewhere, image, "--dry-run");
    assertThat(reused.story()).contains("layer " + done.layer(), "would be replaced");
    assertThat(planned(reused, "reused")).isEqualTo(planned(cached, "cached"));
    assertThat(planned(reused, "fetched")).isEqualTo(planned(cached, "fetched"));
    assertThat(planned(reused, "dropped")).isEqualTo(planned(cached, "dropped"));
  }

  private static long planned(ProgramRun run, String what) {
    return run.report().path("plan").path(what).path("objects").asLong(-1);
  }

  @Test
  void prepare_vanillaImage_getsAnEmptyLayer_once() throws IOException {
    ProgramRun prepared = ground.runWell(settings, image, "--prepare");

    assertThat(prepared.result()).isEqualTo("prepared");
    assertThat(ground.digest(image)).isEqualTo(prepared.newDigest());
    assertThat(UnpackedTree.list(ground.unpack(image)))
        .extracting(entry -> entry.path().toString())
        .contains("/file");
    assertThat(ground.cvmfs().requests()).isEmpty();

    int requests = ground.registry().requests().size();
    assertThat(ground.runWell(settings, image, "--prepare").result()).isEqualTo("unchanged");
    assertThat(ours(requests)).isNotEmpty().allMatch(RegistryRequest::isRead);
  }

  @Test
  void destinationTag_isWritten_followsTheBase_andTheBaseStays() throws IOException {
    String destination = image.replaceFirst(":latest$", ":with-cvmfs");
    String base = ground.digest(image);
    Settings nightly = settings.with("OCI_DEST_TAG", "with-cvmfs");

    ProgramRun first = ground.runWell(nightly, image);
    assertThat(first.result()).isEqualTo("injected");
    assertThat(first.report().path("image").asText()).isEqualTo(destination);
    assertThat(ground.digest(destination)).isEqualTo(first.newDigest());
    assertThat(ground.digest(image)).isEqualTo(base);

    int requests = ground.registry().requests().size();
    assertThat(ground.runWell(nightly, image).result()).isEqualTo("unchanged");
    assertThat(ours(requests)).isNotEmpty().allMatch(RegistryRequest::isRead);

    ground.pushSmallImage(image, "a new base");
    String newBase = ground.digest(image);
    ProgramRun rebuilt = ground.runWell(nightly, image);
    assertThat(rebuilt.layer()).isEqualTo(first.layer());
    assertThat(ground.digest(destination))
        .isEqualTo(rebuilt.newDigest())
        .isNotEqualTo(first.newDigest());
    assertThat(ground.digest(image)).isEqualTo(newBase);
    Path root = ground.unpack(destination);
    assertThat(root.resolve("file")).hasContent("a new base");
    assertThat(root.resolve("cvmfs/tiny.example.org/bin/hello")).isRegularFile();
  }

  private List<RegistryRequest> ours(int since) {
    List<RegistryRequest> all = ground.registry().requests();
    return all.subList(since, all.size()).stream().filter(RegistryRequest::isOurs).toList();
  }
}
