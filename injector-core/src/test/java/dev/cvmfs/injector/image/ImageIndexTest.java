package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.injector.image.ImageIndex.EntryKind;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageIndexTest {
  private static final String OCI = ManifestKind.OCI_INDEX.mediaType();
  private static final Digest AMD64 = Digest.sha256("amd64".getBytes(StandardCharsets.UTF_8));
  private static final Digest ARM64 = Digest.sha256("arm64".getBytes(StandardCharsets.UTF_8));
  private static final Digest PROOF = Digest.sha256("proof".getBytes(StandardCharsets.UTF_8));

  /** As BuildKit writes them, with fields that nobody knows, and white space. */
  private static final String INDEX =
      """
      { "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
        "x-unknown": 1.50,
        "manifests": [
          { "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "%s", "size": 500,
            "platform": { "architecture": "amd64", "os": "linux", "os.features": [] },
            "annotations": { "keep": "me", "containerd.io/snapshot/stargz/toc.digest": "sha256:0" },
            "data": "e30=" },
          { "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "%s", "size": 501,
            "platform": { "architecture": "arm64", "os": "linux", "variant": "v8" } },
          { "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "%s", "size": 502,
            "annotations": { "vnd.docker.reference.digest": "%s",
                             "vnd.docker.reference.type": "attestation-manifest" },
            "platform": { "architecture": "unknown", "os": "unknown" } }
        ] }
      """
          .formatted(AMD64, ARM64, PROOF, AMD64);

  private static ImageIndex parse(String json) {
    return ImageIndex.parse(new RawManifest(json.getBytes(StandardCharsets.UTF_8), OCI));
  }

  private static String text(ImageIndex index) {
    return new String(index.raw().bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void entries_ofBuildKit_areToldApart() {
    List<ImageIndex.Entry> entries = parse(INDEX).entries();

    assertThat(entries)
        .extracting(ImageIndex.Entry::kind)
        .containsExactly(EntryKind.IMAGE, EntryKind.IMAGE, EntryKind.ATTESTATION);
    assertThat(entries.get(0).platform()).contains(Platform.parse("linux/amd64"));
    assertThat(entries.get(1).platform()).contains(Platform.parse("linux/arm64"));
    assertThat(entries.get(2).about()).contains(AMD64);
  }

  @Test
  void entries_thatAreNoImages_areToldApart() {
    String json =
        """
        {"manifests":[
          {"mediaType":"application/vnd.oci.image.index.v1+json","digest":"%1$s","size":1},
          {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%1$s","size":1,
           "artifactType":"application/vnd.dev.sigstore.bundle"},
          {"mediaType":"application/vnd.cncf.helm.chart","digest":"%1$s","size":1},
          {"mediaType":"application/vnd.docker.distribution.manifest.v2+json","digest":"%1$s","size":1}
        ]}\
        """
            .formatted(AMD64);

    assertThat(parse(json).entries())
        .extracting(ImageIndex.Entry::kind)
        .containsExactly(EntryKind.INDEX, EntryKind.OTHER, EntryKind.OTHER, EntryKind.IMAGE);
  }

  @Test
  void withManifest_other_changesDigestAndSizeAndWhatWasTrueOfTheOldBytesAlone() {
    RawManifest manifest = new RawManifest("{}".getBytes(StandardCharsets.UTF_8), OCI);

    ImageIndex edited = parse(INDEX).withManifest(0, manifest);

    assertThat(edited.entries().get(0).descriptor().digest()).isEqualTo(manifest.digest());
    assertThat(text(edited))
        .isEqualTo(
            INDEX
                .replaceFirst(AMD64.toString(), manifest.digest().toString())
                .replace("\"size\": 500", "\"size\": 2")
                .replace(", \"containerd.io/snapshot/stargz/toc.digest\": \"sha256:0\"", "")
                .replaceFirst(",\\s*\"data\": \"e30=\"", ""));
  }

  @Test
  void withManifest_theSame_changesNothing() {
    ImageIndex index = parse(INDEX);
    byte[] same = "amd64".getBytes(StandardCharsets.UTF_8);

    assertThat(text(index.withManifest(0, new RawManifest(same, OCI)))).isEqualTo(INDEX);
  }

  @Test
  void without_severalEntries_keepsTheOthersInTheirOrder() {
    assertThat(parse(INDEX).without(List.of(0, 2)).entries())
        .extracting(entry -> entry.descriptor().digest())
        .containsExactly(ARM64);
    assertThat(text(parse(INDEX).without(List.of()))).isEqualTo(INDEX);
  }

  @Test
  void parse_entryWithoutDigest_saysWhere() {
    assertThatThrownBy(() -> parse("{\"manifests\":[{\"size\":1}]}"))
        .isInstanceOf(ImageFailure.class)
        .hasMessageContaining("unusable descriptor at /manifests/0");
  }

  @Test
  void parse_manifest_isRefused() {
    RawManifest manifest =
        new RawManifest(
            "{\"config\":{}}".getBytes(StandardCharsets.UTF_8),
            ManifestKind.OCI_MANIFEST.mediaType());

    assertThatThrownBy(() -> ImageIndex.parse(manifest))
        .isInstanceOf(ImageFailure.class)
        .hasMessageContaining("is no index");
  }

  @ParameterizedTest
  @MethodSource("dev.cvmfs.injector.image.InjectionTest#seeds")
  void withManifest_inAnyIndex_thereAndBack_leavesTheOriginalBytes(long seed) {
    RandomImages.RandomIndex random = new RandomImages(seed).nextIndex();
    RawManifest other = Images.manifest("{\"another\": \"manifest\"}");
    ImageIndex index = ImageIndex.parse(random.raw());
    for (int i = 0; i < random.manifests().size(); i++) {
      index = index.withManifest(i, other);
    }

    ImageIndex injected = ImageIndex.parse(index.raw());
    assertThat(injected.entries())
        .hasSameSizeAs(random.manifests())
        .allMatch(entry -> entry.descriptor().digest().equals(other.digest()))
        .allMatch(entry -> entry.descriptor().size() == other.bytes().length);
    for (int i = 0; i < random.manifests().size(); i++) {
      injected = injected.withManifest(i, random.manifests().get(i));
    }
    assertThat(injected.raw()).isEqualTo(random.raw());
  }
}
