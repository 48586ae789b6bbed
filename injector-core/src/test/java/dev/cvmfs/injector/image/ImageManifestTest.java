package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.RawManifest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageManifestTest {
  private static final String DOCKER = ManifestKind.DOCKER_MANIFEST.mediaType();
  private static final String CONFIG =
      "\"config\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":2}"
          .formatted(Images.OCI_CONFIG, Images.digest("config"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "'{\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"}}' | text/plain | OCI_MANIFEST",
        "'{\"config\":{\"mediaType\":\"application/vnd.docker.container.image.v1+json\"}}' | '' | DOCKER_MANIFEST",
        "'{\"config\":{}}' | application/vnd.docker.distribution.manifest.v2+json | DOCKER_MANIFEST",
        "'{\"manifests\":[]}' | '' | OCI_INDEX",
        "'{\"manifests\":[{\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\"}]}' | '' | DOCKER_LIST",
        "'{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}' | '' | OCI_INDEX",
      })
  void kind_typeMissingSomewhere_isSettledByTheRest(String json, String type, ManifestKind kind) {
    assertThat(ManifestKind.of(raw(json, type))).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"schemaVersion\":1,\"fsLayers\":[]}' | '' | schema 1",
        "'{\"fsLayers\":[]}' | application/vnd.docker.distribution.manifest.v1+prettyjws | schema 1",
        "'{\"manifests\":[],\"layers\":[]}' | application/vnd.oci.image.index.v1+json | which of both",
        "'{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}' | application/vnd.oci.image.manifest.v1+json | which of both",
        "'{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"config\":{}}' | '' | has no 'manifests'",
        "'{\"mediaType\":\"application/vnd.oci.artifact.manifest.v1+json\",\"blobs\":[]}' | '' | not an image",
        "'{\"hello\":\"world\"}' | application/json | neither",
      })
  void kind_notToBeEdited_isRefusedWithTheReason(String json, String type, String reason) {
    RawManifest raw = raw(json, type);

    assertThatThrownBy(() -> ManifestKind.of(raw))
        .isInstanceOf(ImageFailure.class)
        .hasMessageContaining("the manifest " + raw.digest())
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"manifests\":[]}' | is an index of several platforms",
        "'{\"config\":{\"mediaType\":\"application/vnd.cncf.helm.config.v1+json\"},\"layers\":[]}' | is an artifact, not an image",
        "'{\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"}}' | has no list of layers",
        "'{\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"},\"layers\":[]}' | has no descriptor with a size at /config",
      })
  void parse_notTheManifestOfAnImage_isRefused(String json, String reason) {
    assertThatThrownBy(() -> ImageManifest.parse(raw(json, "")))
        .isInstanceOf(ImageFailure.class)
        .hasMessageContaining(reason);
  }

  @Test
  void parse_layerWithUnknownDigest_saysWhere() {
    String json =
        "{%s,\"layers\":[{\"mediaType\":\"x\",\"digest\":\"md5:00\",\"size\":1}]}"
            .formatted(CONFIG);

    assertThatThrownBy(() -> ImageManifest.parse(Images.manifest(json)))
        .isInstanceOf(ImageFailure.class)
        .hasMessageContaining("unusable descriptor at /layers/0: unknown digest algorithm: md5");
  }

  @Test
  void raw_nothingEdited_isTheOriginal() {
    RawManifest raw = Images.manifest("{ %s,\n\"layers\" : [ ] }\n".formatted(CONFIG));

    assertThat(ImageManifest.parse(raw).raw()).isEqualTo(raw);
  }

  @Test
  void withLayer_sameDigest_keepsWhatIsBoundToTheContent() {
    String layer =
        "{\"digest\":\"%s\",\"size\":7,\"mediaType\":\"%s\",\"data\":\"eA==\"}"
            .formatted(Images.digest("a"), Images.OCI_LAYER);
    RawManifest raw = Images.manifest("{%s,\"layers\":[%s]}".formatted(CONFIG, layer));

    Descriptor same = new Descriptor(Images.OCI_LAYER, Images.digest("a"), 7);
    assertThat(ImageManifest.parse(raw).withLayer(0, same).raw()).isEqualTo(raw);
  }

  @Test
  void withLayer_otherDigest_dropsOnlyWhatIsBoundToTheContent() {
    String before =
        """
        {"x":1.50,"digest":"%s","annotations":{"a":"b","containerd.io/uncompressed":"sha256:1","io.containers.estargz.uncompressed-size":"7"},"urls":["https://example.org"],"size":7,"mediaType":"%s","data":"eA=="}"""
            .formatted(Images.digest("a"), ManifestKind.OCI_MANIFEST.mediaType());
    String after =
        """
        {"x":1.50,"digest":"%s","annotations":{"a":"b"},"size":8,"mediaType":"%s"}"""
            .formatted(Images.digest("b"), Images.OCI_LAYER);
    ImageManifest manifest =
        ImageManifest.parse(Images.manifest("{%s,\"layers\":[%s]}".formatted(CONFIG, before)));

    assertThat(text(manifest.withLayer(0, new Descriptor(Images.OCI_LAYER, Images.digest("b"), 8))))
        .isEqualTo("{%s,\"layers\":[%s]}".formatted(CONFIG, after));
  }

  @Test
  void withConfig_embeddedInTheDescriptor_isExchangedThereToo() {
    String json = "{%s,\"layers\":[]}".formatted(CONFIG.replace("}", ",\"data\":\"e30=\"}"));
    ImageConfig config = ImageConfig.parse("{\"rootfs\":{}}".getBytes(StandardCharsets.UTF_8));

    assertThat(text(ImageManifest.parse(Images.manifest(json)).withConfig(config)))
        .contains("\"data\":\"eyJyb290ZnMiOnt9fQ==\"")
        .contains("\"size\":13");
  }

  @Test
  void family_docker_namesDockersLayerType() {
    RawManifest raw = raw("{%s,\"layers\":null}".formatted(CONFIG), DOCKER);

    assertThat(ImageManifest.parse(raw).family().layer())
        .isEqualTo("application/vnd.docker.image.rootfs.diff.tar.gzip");
  }

  private static RawManifest raw(String json, String mediaType) {
    return new RawManifest(json.getBytes(StandardCharsets.UTF_8), mediaType);
  }

  private static String text(ImageManifest manifest) {
    return new String(manifest.raw().bytes(), StandardCharsets.UTF_8);
  }
}
