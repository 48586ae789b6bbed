package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images for several platforms behind one name. */
class MultiPlatformIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  private static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  private static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  private static final String NAME = "test/multi";
  private static final String TAR_LABEL = "cvmfs_injection_tar";
  private static final ObjectMapper JSON = new ObjectMapper();

  private @TempDir Path folder;
  private Ground<DockerRegistry> ground;
  private RegistryHttp repository;
  private Settings settings;
  private String index;

  @BeforeEach
  void pushIndex() throws IOException, InterruptedException {
    ground = Ground.withDockerRegistry(folder);
    settings = ground.settings(TINY, ground.serve(TINY, "r1"));
    repository = new RegistryHttp(ground.registry().host(), NAME);
    String amd64 = new PlainImage(repository, "amd64").push("for-amd64");
    String arm64 = new PlainImage(repository, "arm64").push("for-arm64");
    String proof =
        amd64.replace("\"schemaVersion\":2", "\"schemaVersion\":2, \"annotations\":{\"a\":\"b\"}");
    repository.putManifest("proof", PlainImage.MANIFEST_TYPE, proof);
    index =
        """
        {"schemaVersion":2, "mediaType":"%s", "x-future": [1.50, null],
         "manifests":[
          %s, "platform":{"architecture":"amd64","os":"linux"}},
          %s, "platform":{"architecture":"arm64","os":"linux","variant":"v8"},
              "annotations":{"org.example":"kept"}},
          %s, "platform":{"architecture":"unknown","os":"unknown"},
              "annotations":{"vnd.docker.reference.type":"attestation-manifest",
                             "vnd.docker.reference.digest":"%s"}}]}
        """
            .formatted(
                INDEX_TYPE,
                PlainImage.descriptor(amd64),
                PlainImage.descriptor(arm64),
                PlainImage.descriptor(proof),
                digest(amd64));
    repository.putManifest("latest", INDEX_TYPE, index);
  }

  @AfterEach
  void close() {
    ground.close();
  }

  private static String digest(String manifest) {
    return RegistryHttp.digest(manifest.getBytes(StandardCharsets.UTF_8));
  }

  private String image() {
    return ground.registry().host() + "/" + NAME + ":latest";
  }

  private JsonNode manifest(String reference) throws IOException, InterruptedException {
    return JSON.readTree(repository.manifest(reference));
  }

  private List<JsonNode> entries(String reference) throws IOException, InterruptedException {
    return StreamSupport.stream(manifest(reference).path("manifests").spliterator(), false)
        .toList();
  }

  private JsonNode imageOf(JsonNode entry) throws IOException, InterruptedException {
    return manifest(entry.path("digest").asText());
  }

  private String label(JsonNode entry) throws IOException, InterruptedException {
    byte[] config = repository.blob(imageOf(entry).path("config").path("digest").asText());
    return JSON.readTree(config).path("config").path("Labels").path(TAR_LABEL).asText();
  }

  private static List<String> platforms(List<JsonNode> entries) {
    return entries.stream()
        .map(entry -> entry.path("platform").path("architecture").asText())
        .toList();
  }

  @Test
  void index_injectedRefreshedAndLeftAlone_hasOneLayerForAllPlatforms()
      throws IOException, InterruptedException {
    ProgramRun injected = ground.runWell(settings, image());

    assertThat(injected.result()).isEqualTo("injected");
    assertThat(injected.report().path("layers")).hasSize(1);
    assertThat(injected.report().path("platforms").findValuesAsText("platform"))
        .containsExactly("linux/amd64", "linux/arm64");
    List<JsonNode> entries = entries("latest");
    assertThat(platforms(entries)).containsExactly("amd64", "arm64");
    assertThat(entries.get(1).path("annotations").path("org.example").asText()).isEqualTo("kept");
    assertThat(manifest("latest").path("x-future").toString()).isEqualTo("[1.5,null]");
    assertThat(repository.manifest("latest")).contains("1.50");
    for (JsonNode entry : entries) {
      assertThat(imageOf(entry).path("layers")).hasSize(2);
      assertThat(imageOf(entry).path("layers").path(1).path("digest").asText())
          .isEqualTo(injected.layer());
      assertThat(label(entry)).startsWith("sha256:");
    }
    assertThat(uploads()).as("layer and two configurations").isEqualTo(3);

    int before = ground.registry().requests().size();
    assertThat(ground.runWell(settings, image()).result()).isEqualTo("unchanged");
    assertThat(ground.registry().requests().stream().skip(before))
        .allMatch(RegistryRequest::isRead);
    requireStatus(0, true, 1);

    ground.cvmfs().show(TINY.fqrn(), "r2");
    requireStatus(9, false, 2);
    ProgramRun refreshed = ground.runWell(settings, image());
    assertThat(refreshed.result()).isEqualTo("refreshed");
    assertThat(refreshed.layer()).isNotEqualTo(injected.layer());
    for (JsonNode entry : entries("latest")) {
      assertThat(imageOf(entry).path("layers").path(1).path("digest").asText())
          .isEqualTo(refreshed.layer());
    }
  }

  private void requireStatus(int exitCode, boolean fresh, int newest) throws IOException {
    ProgramRun status = ground.runCommand("oci status", settings, image());
    assertThat(status.exitCode()).as(status.story()).isEqualTo(exitCode);
    assertThat(status.reports()).hasSize(2);
    for (JsonNode one : status.reports()) {
      assertThat(one.path("fresh").asBoolean()).isEqualTo(fresh);
      JsonNode repository = one.path("repositories").path(0);
      assertThat(repository.path("present").path("revision").asInt()).isEqualTo(1);
      assertThat(repository.path("newest").path("revision").asInt()).isEqualTo(newest);
      assertThat(repository.path("changes").path("added").asInt() > 0).isEqualTo(!fresh);
    }
  }

  private long uploads() {
    return ground.registry().requests().stream()
        .filter(RegistryRequest::isOurs)
        .filter(request -> request.method().equals("PUT") && request.path().contains("/blobs/"))
        .count();
  }

  @Test
  void index_forOnePlatform_keepsTheOthersAndTheirAttestations()
      throws IOException, InterruptedException {
    List<JsonNode> before = entries("latest");

    ground.runWell(settings.with("OCI_PLATFORMS", "linux/arm64"), image());

    List<JsonNode> after = entries("latest");
    assertThat(platforms(after)).containsExactly("amd64", "arm64", "unknown");
    assertThat(after.get(0)).isEqualTo(before.get(0));
    assertThat(after.get(2)).isEqualTo(before.get(2));
    assertThat(label(after.get(0))).isEmpty();
    assertThat(label(after.get(1))).startsWith("sha256:");
  }

  @Test
  void index_withoutAWantedPlatform_isRefusedAndNamesThoseItHas()
      throws IOException, InterruptedException {
    ProgramRun run = ground.run(settings.with("OCI_PLATFORMS", "linux/s390x"), image());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.story()).contains("no image for linux/s390x, but for: linux/amd64, linux/arm64");
    assertThat(repository.manifest("latest")).isEqualTo(index);
  }

  @Test
  void index_dryRun_writesNothing() throws IOException, InterruptedException {
    int before = ground.registry().requests().size();

    ProgramRun run = ground.runWell(settings, image(), "--dry-run");

    assertThat(run.result()).isEqualTo("injected");
    assertThat(run.story()).contains("(linux/arm64) would change like this:");
    assertThat(ground.registry().requests().stream().skip(before))
        .filteredOn(RegistryRequest::isOurs)
        .allMatch(RegistryRequest::isRead);
    assertThat(repository.manifest("latest")).isEqualTo(index);
  }

  @Test
  void index_toAnotherTag_isUpToDateInTheSecondRun() throws IOException, InterruptedException {
    assertThat(ground.runWell(settings, image(), "--dest-tag", "cvmfs").result())
        .isEqualTo("injected");
    String published = repository.manifest("cvmfs");
    int before = ground.registry().requests().size();

    assertThat(ground.runWell(settings, image(), "--dest-tag", "cvmfs").result())
        .isEqualTo("unchanged");

    assertThat(ground.registry().requests().stream().skip(before))
        .filteredOn(RegistryRequest::isOurs)
        .allMatch(RegistryRequest::isRead);
    assertThat(repository.manifest("cvmfs")).isEqualTo(published);
    assertThat(repository.manifest("latest")).isEqualTo(index);
  }

  @Test
  void index_withASpecificationForOneArchitecture_getsTwoLayers()
      throws IOException, InterruptedException {
    Path specifications = ground.newFolder("specifications");
    Files.writeString(specifications.resolve(TINY.fqrn() + ".spec"), "/*\n");
    Files.writeString(specifications.resolve(TINY.fqrn() + ".arm64.spec"), "/\n");
    Settings each = settings.without("OCI_SPEC").with("OCI_SPEC_DIR", specifications);

    ProgramRun plan = ground.runHere("oci --dry-run", each, image()).orThrow();
    ProgramRun run = ground.runHere("oci", each, image()).orThrow();

    assertThat(run.report().path("layers")).hasSize(2);
    assertThat(plan.report().path("changes")).isEqualTo(run.report().path("changes"));
    assertThat(ground.runHere("oci", each, image()).orThrow().result()).isEqualTo("unchanged");
  }

  @Test
  void index_ofWhichAnotherPlatformIsMeantAsWell_tellsOfWhatThatOneGets() throws IOException {
    ProgramRun one =
        ground.runHere("oci", settings.with("OCI_PLATFORMS", "linux/amd64"), image()).orThrow();

    ProgramRun both = ground.runHere("oci", settings, image()).orThrow();

    assertThat(both.result()).isEqualTo("injected");
    assertThat(both.report().path("layers")).isEqualTo(one.report().path("layers"));
    assertThat(both.report().path("changes")).isEqualTo(one.report().path("changes"));
  }

  @Test
  void destination_ofImagesWithoutPlatformOrNestedOrOfTheSame_isLeftAloneWhenUpToDate()
      throws IOException, InterruptedException {
    String amd64 = new PlainImage(repository, "amd64").push("one");
    String other =
        amd64.replace("\"schemaVersion\":2", "\"schemaVersion\":2, \"annotations\":{\"a\":\"b\"}");
    repository.putManifest("other", PlainImage.MANIFEST_TYPE, other);
    String arm64 = new PlainImage(repository, "arm64").push("two");
    String inner =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s}]}"
            .formatted(INDEX_TYPE, PlainImage.descriptor(arm64));
    repository.putManifest("inner", INDEX_TYPE, inner);
    repository.putManifest(
        "latest",
        INDEX_TYPE,
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[
         %s,"platform":{"architecture":"amd64","os":"linux"}},
         %s,"platform":{"architecture":"amd64","os":"linux"},"annotations":{"a":"b"}},
         %s}]}\
        """
            .formatted(
                INDEX_TYPE,
                PlainImage.descriptor(amd64),
                PlainImage.descriptor(other),
                PlainImage.descriptor(inner).replace(PlainImage.MANIFEST_TYPE, INDEX_TYPE)));
    Settings beside = settings.with("OCI_DEST_TAG", "cvmfs");
    ProgramRun injected = ground.runHere("oci", beside, image()).orThrow();
    assertThat(injected.report().path("platforms")).hasSize(3);
    int before = ground.registry().requests().size();

    ProgramRun again = ground.runHere("oci", beside, image()).orThrow();

    assertThat(again.result()).as(again.story()).isEqualTo("unchanged");
    assertThat(ground.registry().requests().stream().skip(before))
        .allMatch(RegistryRequest::isRead);
    ground.cvmfs().show(TINY.fqrn(), "r2");
    assertThat(ground.runHere("oci", beside, image()).orThrow().result()).isEqualTo("refreshed");
  }

  /** A runtime that reads an eStargz in parts believes what the manifest says of it. */
  @Test
  void estargz_ofWhichOneManifestNamesAnotherTable_isFoundOutAndPutRight()
      throws IOException, InterruptedException {
    Path named = Files.writeString(ground.newFolder("spec").resolve("my.spec"), "/*\n!/names\n");
    Settings estargz = settings.with("OCI_SPEC", named).with("OCI_ESTARGZ", "yes");
    ProgramRun injected = ground.runHere("oci", estargz, image()).orThrow();
    String genuine = repository.manifest("latest");
    String arm64 = entries("latest").get(1).path("digest").asText();
    String manifest = repository.manifest(arm64);
    String table = JSON.readTree(manifest).at("/layers/1/annotations").elements().next().asText();
    String forged = manifest.replace(table, digest("another table"));
    repository.putManifest("forged", PlainImage.MANIFEST_TYPE, forged);
    repository.putManifest("latest", INDEX_TYPE, genuine.replace(arm64, digest(forged)));

    ProgramRun verified = ground.runHere("verify", estargz, image());

    assertThat(verified.exitCode()).isEqualTo(9);
    assertThat(verified.reports())
        .extracting(one -> one.path("proven").asBoolean())
        .containsExactly(true, false);
    int before = ground.registry().requests().size();
    ProgramRun refreshed = ground.runHere("oci", estargz, image()).orThrow();
    assertThat(refreshed.newDigest()).isEqualTo(injected.newDigest());
    assertThat(repository.manifest("latest")).isEqualTo(genuine);
    assertThat(ground.registry().requests().stream().skip(before))
        .as("the layer is not uploaded again")
        .noneMatch(request -> request.method().equals("PUT") && request.path().contains("/blobs/"));
    ground.runHere("verify", estargz, image()).orThrow();
  }

  @Test
  void index_injectedAndEjected_isTheOldOneByteForByte() throws IOException, InterruptedException {
    Settings keeping = settings.with("OCI_ATTESTATIONS", "keep");
    ProgramRun injected = ground.runWell(keeping, image());
    assertThat(injected.story()).contains("OCI_ATTESTATIONS=keep");
    assertThat(entries("latest")).hasSize(3);
    ground.cvmfs().show(TINY.fqrn(), "r2");
    ground.runWell(keeping, image());

    ProgramRun ejected = ground.runCommand("oci eject", keeping, image()).orThrow();

    assertThat(ejected.result()).isEqualTo("ejected");
    assertThat(ejected.report().path("images").asInt()).isEqualTo(2);
    assertThat(repository.manifest("latest")).isEqualTo(index);
    assertThat(ground.runCommand("oci eject", keeping, image()).orThrow().result())
        .isEqualTo("unchanged");
  }

  @Test
  void index_isProvenAndCompared_eachLayerOnce() throws IOException {
    String layer = ground.runHere("oci", settings, image()).orThrow().layer();
    int before = ground.registry().requests().size();

    ProgramRun proof = ground.runHere("verify", settings, image()).orThrow();

    assertThat(proof.reports())
        .extracting(one -> one.path("proven").asBoolean())
        .containsOnly(true);
    assertThat(proof.reports())
        .extracting(one -> one.path("image").asText())
        .containsExactly(image() + " (linux/amd64)", image() + " (linux/arm64)");
    assertThat(ground.registry().requests().stream().skip(before))
        .filteredOn(request -> request.path().contains(layer))
        .hasSize(1);
    assertThat(
            ground
                .runHere("verify", settings, image(), "--platform", "linux/arm64")
                .orThrow()
                .report()
                .path("image")
                .asText())
        .isEqualTo(image() + " (linux/arm64)");

    ground.cvmfs().show(TINY.fqrn(), "r2");
    List<JsonNode> both = ground.runHere("diff", settings, image(), "--stat").orThrow().reports();
    assertThat(both.get(0).toString())
        .isEqualTo("{\"platforms\":[\"linux/amd64\",\"linux/arm64\"]}");
    assertThat(both).filteredOn(line -> line.path("path").asText().equals("total")).hasSize(1);
    List<JsonNode> one =
        ground
            .runHere("diff", settings, image(), "--stat", "--platform", "linux/amd64")
            .orThrow()
            .reports();
    assertThat(one.subList(1, one.size())).isEqualTo(both.subList(1, both.size()));
  }

  @Test
  void podman_pullsTheImageOfThePlatformThatIsAskedFor() throws IOException, InterruptedException {
    Needs.parts(RealPart.PODMAN, RealPart.RUNC);
    RegistryHttp http = new RegistryHttp(ground.registry().host(), "test/arch");
    List<String> entries = new ArrayList<>();
    for (String architecture : List.of("amd64", "arm64")) {
      String manifest =
          DocumentImage.named("jib")
              .withConfig("architecture", "\"%s\"".formatted(architecture))
              .push(http, architecture);
      entries.add(
          "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}"
              .formatted(
                  DOCKER_MANIFEST,
                  digest(manifest),
                  manifest.getBytes(StandardCharsets.UTF_8).length,
                  architecture));
    }
    http.putManifest(
        "latest",
        DOCKER_LIST,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(DOCKER_LIST, String.join(",", entries)));
    String name = ground.registry().host() + "/test/arch:latest";

    ground.runHere("oci", settings, name).orThrow();

    try (Podman podman = Podman.withNewStorage()) {
      assertThat(podman.pulledArchitecture(name, "arm64")).isEqualTo("arm64");
      assertThat(podman.pulledArchitecture(name, "amd64")).isEqualTo("amd64");
    }
  }
}
