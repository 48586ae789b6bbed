package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --dest} and {@code --by-digest}. */
class DestinationIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final int USAGE = 2;

  // All are made before each test.
  @SuppressWarnings("NullAway.Init")
  private Ground<DockerRegistry> ground;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  @SuppressWarnings("NullAway.Init")
  private String image;

  @SuppressWarnings("NullAway.Init")
  private String base;

  private @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    ground = Ground.withDockerRegistry(folder.resolve("ground"));
    settings = ground.settings(TINY, ground.serve(TINY, "r1"));
    image = ground.pushSmallImage();
    base = ground.digest(image);
  }

  @AfterEach
  void close() {
    ground.close();
  }

  private ProgramRun oci(Settings with, String... arguments) throws IOException {
    return ground.runHere("oci", with, arguments).orThrow();
  }

  private List<RegistryRequest> ours(int since) {
    List<RegistryRequest> all = ground.registry().requests();
    return all.subList(since, all.size()).stream().filter(RegistryRequest::isOurs).toList();
  }

  @Test
  void otherRepositoryOfTheRegistry_getsItsLayersMounted_andIsRefreshedThere() throws IOException {
    String other = ground.registry().host() + "/other/place:v2";
    Settings nightly = settings.with("OCI_DEST", other);
    int before = ground.registry().requests().size();

    ProgramRun injected = oci(nightly, image);

    assertThat(injected.report().path("image").asText()).isEqualTo(other);
    assertThat(ground.digest(other)).isEqualTo(injected.newDigest());
    assertThat(ground.digest(image)).isEqualTo(base);
    assertThat(ours(before))
        .filteredOn(request -> request.path().contains("mount=sha256"))
        .hasSize(1);
    assertThat(ground.unpack(other).resolve("cvmfs/tiny.example.org/bin/hello")).isRegularFile();

    before = ground.registry().requests().size();
    assertThat(oci(nightly, image).result()).isEqualTo("unchanged");
    assertThat(ours(before)).isNotEmpty().allMatch(RegistryRequest::isRead);

    ground.cvmfs().show(TINY.fqrn(), "r2");
    ProgramRun refreshed = oci(nightly, image);
    assertThat(refreshed.result()).isEqualTo("refreshed");
    assertThat(ground.digest(other)).isEqualTo(refreshed.newDigest());
    ProgramRun ejected =
        ground.runHere("oci eject", settings, other, "--dest", image + "-again").orThrow();
    assertThat(ejected.newDigest()).isEqualTo(base);
    assertThat(ground.digest(image + "-again")).isEqualTo(base);
  }

  @Test
  void otherRegistry_andLayout_getCopies() throws IOException {
    try (DockerRegistry second =
        DockerRegistry.start(folder.resolve("second"), DockerRegistry.Options.PLAIN)) {
      Settings insecure =
          settings.with("OCI_INSECURE", ground.registry().host() + "," + second.host());
      String there = second.host() + "/deep/er/copy";

      ProgramRun injected = oci(insecure, image, "--dest", there);

      assertThat(injected.report().path("image").asText()).isEqualTo(there + ":latest");
      assertThat(ground.digest(there + ":latest")).isEqualTo(injected.newDigest());
      assertThat(ground.unpack(there + ":latest").resolve("file")).isRegularFile();

      Path layout = ground.newFolder("layout").resolve("images");
      ProgramRun toDisk = oci(insecure, there + ":latest", "--dest", "oci:" + layout + ":mine");
      assertThat(toDisk.newDigest()).isEqualTo(injected.newDigest());
      assertThat(
              Umoci.open(layout)
                  .unpack("mine", layout.resolveSibling("bundle"))
                  .resolve("cvmfs/tiny.example.org/bin/hello"))
          .isRegularFile();
    }
  }

  @Test
  void index_isBroughtWhole() throws IOException, InterruptedException {
    String host = ground.registry().host();
    RegistryHttp repository = new RegistryHttp(host, "test/multi");
    String one = new PlainImage(repository, "amd64").push("one");
    String two = new PlainImage(repository, "s390x").push("two");
    repository.putManifest(
        "latest",
        "application/vnd.oci.image.index.v1+json",
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
         %s,"platform":{"architecture":"amd64","os":"linux"}},
         %s,"platform":{"architecture":"s390x","os":"linux"}}]}\
        """
            .formatted(PlainImage.descriptor(one), PlainImage.descriptor(two)));
    Settings some = settings.with("OCI_PLATFORMS", "linux/amd64");

    ProgramRun run = oci(some, host + "/test/multi", "--dest", host + "/test/copy");

    assertThat(run.result()).isEqualTo("injected");
    RegistryHttp copy = new RegistryHttp(host, "test/copy");
    assertThat(copy.manifest("latest")).contains(PlainImage.descriptor(two));
    assertThat(copy.manifest(RegistryHttp.digest(two.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(two);
    assertThat(oci(some, host + "/test/multi", "--dest", host + "/test/copy").result())
        .isEqualTo("unchanged");
  }

  @Test
  void destinationWithoutTheLayer_ofAnUpToDateImage_getsIt() throws IOException {
    String other = ground.registry().host() + "/other/place:v2";
    ProgramRun injected = oci(settings, image);
    ground.runHere("oci eject", settings, image, "--dest", other).orThrow();
    assertThat(ground.digest(other)).isEqualTo(base);

    ProgramRun there = oci(settings, image, "--dest", other);

    assertThat(there.result()).isEqualTo("refreshed");
    assertThat(ground.digest(other)).isEqualTo(injected.newDigest());
    assertThat(oci(settings, image, "--dest", other).result()).isEqualTo("unchanged");

    ground.runHere("oci eject", settings, other).orThrow();
    assertThat(oci(settings, image, "--dest", other, "--prepare").result()).isEqualTo("prepared");
    assertThat(ground.digest(other)).isEqualTo(injected.newDigest());
  }

  @Test
  void ejectOfAnImageWithoutLayer_toAnotherTag_bringsItThere() throws IOException {
    String plain = image.replaceFirst(":latest$", ":plain");
    ProgramRun dry =
        ground.runHere("oci eject", settings, image, "--dest-tag", "plain", "--dry-run").orThrow();
    assertThat(dry.result()).isEqualTo("copied");

    ProgramRun ejected =
        ground.runHere("oci eject", settings, image, "--dest-tag", "plain").orThrow();

    assertThat(ejected.result()).isEqualTo("copied");
    assertThat(ejected.newDigest()).isEqualTo(base);
    assertThat(ground.digest(plain)).isEqualTo(base);
    int before = ground.registry().requests().size();
    assertThat(
            ground.runHere("oci eject", settings, image, "--dest-tag", "plain").orThrow().result())
        .isEqualTo("unchanged");
    assertThat(ours(before)).isNotEmpty().allMatch(RegistryRequest::isRead);

    oci(settings, image, "--dest-tag", "plain");
    ground.runHere("oci eject", settings, image, "--dest-tag", "plain").orThrow();
    assertThat(ground.digest(plain)).isEqualTo(base);
  }

  @Test
  void byDigest_movesNoTag() throws IOException {
    ProgramRun injected = oci(settings, image, "--by-digest");

    String name = image.replaceFirst(":latest$", "");
    assertThat(injected.report().path("image").asText())
        .isEqualTo(name + "@" + injected.newDigest());
    assertThat(ground.digest(image)).isEqualTo(base);
    assertThat(ground.digest(name + "@" + injected.newDigest())).isEqualTo(injected.newDigest());

    ProgramRun again = oci(settings, name + "@" + injected.newDigest(), "--by-digest");
    assertThat(again.result()).isEqualTo("unchanged");
    ProgramRun elsewhere =
        oci(
            settings,
            name + "@" + injected.newDigest(),
            "--by-digest",
            "--dest",
            ground.registry().host() + "/by/digest");
    assertThat(elsewhere.newDigest()).isEqualTo(injected.newDigest());
    assertThat(ground.digest(ground.registry().host() + "/by/digest@" + injected.newDigest()))
        .isEqualTo(injected.newDigest());
  }

  @Test
  void contradictions_areRefused() throws IOException {
    String other = ground.registry().host() + "/a/b:c";
    for (List<String> wrong :
        List.of(
            List.of("--by-digest", "--dest-tag", "x"),
            List.of("--by-digest", "--dest", other),
            List.of("--dest", other, "--dest-tag", "x"),
            List.of("--dest", "a/b@sha256:" + "0".repeat(64)),
            List.of("--dest", "oci:/nowhere", "--by-digest"),
            List.of(image, "--dest", other),
            List.of("--keep-previous", "{tag}"),
            List.of("--keep-previous", "no tag"))) {
      List<String> arguments = new ArrayList<>(wrong);
      arguments.add(0, image);
      ProgramRun run = ground.runHere("oci", settings, arguments.toArray(String[]::new));
      assertThat(run.exitCode()).as(wrong + run.story()).isEqualTo(USAGE);
    }
    assertThat(ground.digest(image)).isEqualTo(base);
  }
}
