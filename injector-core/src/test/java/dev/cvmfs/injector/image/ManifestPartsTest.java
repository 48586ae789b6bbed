package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestPartsTest {
  private static final Digest A = Digest.sha256("a");
  private static final Digest B = Digest.sha256("b");
  private static final Digest C = Digest.sha256("c");

  private static ManifestParts of(String json) {
    return ManifestParts.of(
        new RawManifest(json.getBytes(StandardCharsets.UTF_8), "application/any"));
  }

  private static String descriptor(Digest digest, String more) {
    return "{\"mediaType\":\"application/x\",\"digest\":\"%s\",\"size\":1%s}"
        .formatted(digest, more);
  }

  private static List<Digest> digests(List<Descriptor> descriptors) {
    return descriptors.stream().map(Descriptor::digest).toList();
  }

  @Test
  void image_hasItsConfigurationAndLayers_butNotThoseKeptElsewhere() {
    ManifestParts parts =
        of(
            "{\"config\":%s,\"layers\":[%s,%s]}"
                .formatted(
                    descriptor(A, ""),
                    descriptor(B, ",\"urls\":[\"https://example.org/b\"]"),
                    descriptor(C, ",\"urls\":[]")));

    assertThat(digests(parts.blobs())).containsExactly(A, C);
    assertThat(parts.manifests()).isEmpty();
  }

  @Test
  void layer_ofATypeThatIsNotDistributed_isKeptElsewhere() {
    String json =
        "{\"layers\":[%s]}"
            .formatted(
                descriptor(A, "")
                    .replace(
                        "application/x",
                        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"));

    assertThat(of(json).blobs()).isEmpty();
  }

  @Test
  void index_hasItsManifests_andAnArtifactItsBlobs() {
    assertThat(digests(of("{\"manifests\":[%s]}".formatted(descriptor(A, ""))).manifests()))
        .containsExactly(A);
    assertThat(digests(of("{\"blobs\":[%s]}".formatted(descriptor(A, ""))).blobs()))
        .containsExactly(A);
    assertThat(of("{\"config\":null,\"layers\":null}")).isEqualTo(of("{}"));
  }

  @Test
  void descriptorWithoutASize_isRefused() {
    assertThatThrownBy(() -> of("{\"layers\":[{\"digest\":\"" + A + "\"}]}"))
        .isInstanceOf(ImageFailure.class);
  }
}
