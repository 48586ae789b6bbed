package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures and lists of parts of an image: told of, never taken over. */
class SignedImagesIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final String MANIFEST = PlainImage.MANIFEST_TYPE;
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final int IMAGE_FAILURE = 3;
  private static final int FOUND = 9;
  private static final ObjectMapper JSON = new ObjectMapper();

  // All are made before each test.
  @SuppressWarnings("NullAway.Init")
  private Ground<DockerRegistry> ground;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  @SuppressWarnings("NullAway.Init")
  private RegistryHttp repository;

  @SuppressWarnings("NullAway.Init")
  private String image;

  @BeforeEach
  void pushImage(@TempDir Path folder) throws IOException, InterruptedException {
    ground = Ground.withDockerRegistry(folder);
    settings = ground.settings(TINY, ground.serve(TINY, "r1"));
    repository = new RegistryHttp(ground.registry().host(), "test/signed");
    new PlainImage(repository, "amd64").push("latest");
    image = ground.registry().host() + "/test/signed:latest";
  }

  @AfterEach
  void close() {
    ground.close();
  }

  /** As cosign leaves a signature, and a tool with artifacts a list of parts. */
  private String sign() throws IOException, InterruptedException {
    String digest = ground.digest(image);
    String tag = digest.replace(':', '-');
    byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
    String artifact =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"%s",
         "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},
         "layers":[{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2}]}\
        """;
    String blob = repository.pushBlob(empty);
    repository.putManifest(
        tag + ".sig", MANIFEST, artifact.formatted(MANIFEST, "application/x", blob, blob));
    String parts = artifact.formatted(MANIFEST, "application/spdx+json", blob, blob);
    String partsDigest = repository.putManifest("parts", MANIFEST, parts);
    repository.putManifest(
        tag,
        INDEX,
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","digest":"%s","size":%d,
         "artifactType":"application/spdx+json"}]}\
        """
            .formatted(INDEX, MANIFEST, partsDigest, parts.length()));
    return digest;
  }

  private static List<String> kinds(JsonNode report) {
    return report.path("attached").findValuesAsText("kind");
  }

  @Test
  void signedImage_isRefreshedWithAWarning_andItsSignatureStaysBehind()
      throws IOException, InterruptedException {
    String old = sign();
    JsonNode status = ground.runHere("oci status", settings, image).report();
    assertThat(kinds(status)).containsExactly("signature", "SBOM");

    ProgramRun injected = ground.runHere("oci", settings, image).orThrow();

    assertThat(kinds(injected.report())).containsExactly("signature", "SBOM");
    assertThat(injected.report().path("attached").findValuesAsText("subject")).containsOnly(old);
    assertThat(injected.story())
        .contains("warning: of " + old, "signature (1), SBOM (1)", "sign that anew");
    assertThat(kinds(ground.runHere("oci status", settings, image).report())).isEmpty();

    sign();
    int before = ground.registry().requests().size();
    ground.cvmfs().forgetRequests();
    ProgramRun again = ground.runHere("oci", settings, image).orThrow();
    assertThat(again.result()).isEqualTo("unchanged");
    assertThat(again.report().has("attached")).isFalse();
    assertThat(ground.registry().requests().stream().skip(before))
        .extracting(RegistryRequest::path)
        .filteredOn(path -> !path.equals("/v2/"))
        .as("manifest and configuration")
        .hasSize(2);
    assertThat(ground.cvmfs().requests()).hasSize(2);
  }

  @Test
  void signedImage_underRefuse_isLeftAlone_butMayBeTheBaseOfAnother()
      throws IOException, InterruptedException {
    String old = sign();
    Settings refusing = settings.with("OCI_SIGNED", "refuse");

    for (String command : List.of("oci", "oci --dry-run", "oci --prepare")) {
      ProgramRun run = ground.runHere(command, refusing, image);
      assertThat(run.exitCode()).as(run.story()).isEqualTo(IMAGE_FAILURE);
      assertThat(run.story()).contains(old + " has a signature", "OCI_SIGNED=refuse");
    }
    assertThat(ground.digest(image)).isEqualTo(old);

    Settings beside = refusing.with("OCI_DEST_TAG", "with-cvmfs");
    ProgramRun injected = ground.runHere("oci", beside, image).orThrow();
    assertThat(injected.story()).contains("what is made from it");
    assertThat(ground.digest(image)).isEqualTo(old);
    ground.cvmfs().show(TINY.fqrn(), "r2");
    assertThat(ground.runHere("oci", beside, image).orThrow().result()).isEqualTo("refreshed");
    ProgramRun ejected =
        ground.runHere("oci eject", beside, image.replace(":latest", ":with-cvmfs")).orThrow();
    assertThat(ejected.newDigest()).isEqualTo(old);
    assertThat(ground.runHere("oci status", beside, image).exitCode()).isEqualTo(FOUND);
  }

  @Test
  void signedImage_underRefuse_mayGetASuccessorWithoutATag()
      throws IOException, InterruptedException {
    String old = sign();

    ProgramRun run =
        ground.runHere("oci --by-digest", settings.with("OCI_SIGNED", "refuse"), image).orThrow();

    assertThat(run.story()).contains("of " + old, "what is made from it");
    assertThat(ground.digest(image)).isEqualTo(old).isNotEqualTo(run.newDigest());
  }

  @Test
  void signedImage_underRefuse_isNotReplacedByAnEjectedOneEither()
      throws IOException, InterruptedException {
    new PlainImage(repository, "arm64").push("other");
    String old = sign();

    ProgramRun run =
        ground.runHere(
            "oci eject",
            settings.with("OCI_SIGNED", "refuse"),
            image.replace(":latest", ":other"),
            "--dest-tag",
            "latest");

    assertThat(run.exitCode()).as(run.story()).isEqualTo(IMAGE_FAILURE);
    assertThat(ground.digest(image)).isEqualTo(old);
  }

  @Test
  void signedImage_broughtElsewhereAsItIs_keepsWhatIsSaidOfIt()
      throws IOException, InterruptedException {
    String old = sign();

    ProgramRun run = ground.runHere("oci eject", settings, image, "--dest-tag", "plain").orThrow();

    assertThat(run.newDigest()).isEqualTo(old);
    assertThat(run.story()).doesNotContain("sign that anew");
  }

  @Test
  void referrers_ofManyTypes_areToldApart() throws IOException, InterruptedException {
    List<String> types =
        List.of(
            "application/vnd.cncf.notary.signature",
            "application/vnd.dev.cosign.artifact.sig.v1+json",
            "application/vnd.dev.sigstore.bundle.v0.3+json",
            "application/vnd.in-toto+json",
            "application/vnd.dev.cosign.artifact.sbom.v1+json",
            "application/vnd.cyclonedx+json",
            "application/vnd.example.icon",
            "");
    String parts = "{\"schemaVersion\":2,\"config\":{\"digest\":\"%s\",\"size\":2},\"layers\":[]}";
    String blob = repository.pushBlob("{}".getBytes(StandardCharsets.UTF_8));
    String digest = repository.putManifest("artifact", MANIFEST, parts.formatted(blob));
    String entries =
        types.stream()
            .map(
                type ->
                    "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1,\"artifactType\":\"%s\"}"
                        .formatted(MANIFEST, digest, type))
            .collect(Collectors.joining(","));
    repository.putManifest(
        ground.digest(image).replace(':', '-'),
        INDEX,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}".formatted(INDEX, entries));

    JsonNode status = ground.runHere("oci status", settings, image).report();

    assertThat(kinds(status))
        .containsExactly(
            "signature", "signature", "signature", "attestation", "SBOM", "SBOM", "other", "other");
    assertThat(status.path("attached").findValuesAsText("found")).isEqualTo(types);
  }

  @Test
  void imageWithPartsAlone_isNotTakenForSigned() throws IOException, InterruptedException {
    String digest = ground.digest(image);
    byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
    String parts =
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/x","digest":"%s","size":2},"layers":[]}\
        """
            .formatted(MANIFEST, repository.pushBlob(empty));
    repository.putManifest(digest.replace(':', '-') + ".sbom", MANIFEST, parts);

    ProgramRun run = ground.runHere("oci", settings.with("OCI_SIGNED", "refuse"), image).orThrow();

    assertThat(kinds(run.report())).containsExactly("SBOM");
  }

  @Test
  void provenance_refersToTheNewImage_andNamesWhatItWasMadeFrom()
      throws IOException, InterruptedException {
    Settings telling = settings.with("OCI_PROVENANCE", "yes");
    String old = ground.digest(image);

    ProgramRun injected = ground.runHere("oci", telling, image).orThrow();

    JsonNode listed =
        JSON.readTree(repository.manifest(injected.newDigest().replace(':', '-')))
            .path("manifests");
    assertThat(listed.findValuesAsText("digest"))
        .containsExactly(injected.report().path("provenance").asText());
    JsonNode artifact = JSON.readTree(repository.manifest(listed.path(0).path("digest").asText()));
    assertThat(artifact.path("subject").path("digest").asText()).isEqualTo(injected.newDigest());
    assertThat(artifact.path("artifactType").asText()).isEqualTo("application/vnd.in-toto+json");
    JsonNode statement = JSON.readTree(repository.blob(artifact.at("/layers/0/digest").asText()));
    assertThat(statement.at("/subject/0/digest/sha256").asText())
        .isEqualTo(injected.newDigest().substring(7));
    JsonNode state = injected.report().path("repositories").path(0);
    JsonNode materials = statement.at("/predicate/buildDefinition/resolvedDependencies");
    assertThat(materials.at("/0/digest/sha256").asText()).isEqualTo(old.substring(7));
    assertThat(materials.at("/1/uri").asText()).isEqualTo("cvmfs://tiny.example.org");
    assertThat(materials.at("/1/digest/sha1").asText()).isEqualTo(state.path("rootHash").asText());
    assertThat(materials.at("/1/annotations/revision").asInt()).isEqualTo(1);
    assertThat("sha256:" + materials.at("/2/digest/sha256").asText())
        .isEqualTo(state.path("specification").asText())
        .isEqualTo(RegistryHttp.digest("/*\n".getBytes(StandardCharsets.UTF_8)));

    assertThat(kinds(ground.runHere("oci status", telling, image).report()))
        .containsExactly("provenance");
    ground.cvmfs().show(TINY.fqrn(), "r2");
    ProgramRun refreshed =
        ground.runHere("oci", telling.with("OCI_SIGNED", "refuse"), image).orThrow();
    assertThat(refreshed.story()).doesNotContain("sign that anew");
    assertThat(refreshed.report().path("provenance").asText())
        .isNotEqualTo(injected.report().path("provenance").asText());
  }
}
