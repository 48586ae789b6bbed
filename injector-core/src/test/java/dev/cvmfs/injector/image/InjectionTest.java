package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.injector.image.Images.Image;
import dev.cvmfs.injector.image.InjectedLayer.Found;
import dev.cvmfs.injector.image.InjectedLayer.Vanilla;
import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws of injection, on images of every shape. */
class InjectionTest {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  static LongStream seeds() {
    return LongStream.range(0, 100);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void apply_anyImage_leavesTheSameBytesWhateverTheWay(long seed) {
    Image vanilla = new RandomImages(seed).next();
    String fresh = vanilla.withR2().text();

    assertThat(vanilla.prepared().withR2().text()).isEqualTo(fresh);
    assertThat(vanilla.withR1().withR2().text()).isEqualTo(fresh);
    assertThat(vanilla.withR1().prepared().withR2().withR2().text()).isEqualTo(fresh);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void eject_anyImage_givesBackTheOriginalBytes(long seed) {
    Image vanilla = new RandomImages(seed).next();

    assertThat(vanilla.withR1().withR2().ejected().text()).isEqualTo(vanilla.text());
    assertThat(vanilla.prepared().ejected().text()).isEqualTo(vanilla.text());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void apply_anyImage_changesNothingThatIsNotOurs(long seed) throws IOException {
    Image vanilla = new RandomImages(seed).next();
    Image injected = vanilla.withR1();
    int top = vanilla.manifest().layers().size();

    assertThat(injected.find()).isInstanceOf(Found.class);
    assertThat(((Found) injected.find()).position()).isEqualTo(top);
    ObjectNode config = tree(injected.config().bytes());
    boolean hasHistoryInStep = vanilla.config().historyProblem().isEmpty();
    withoutOurs(config, tree(vanilla.config().bytes()), hasHistoryInStep);
    assertThat(config.toString()).isEqualTo(tree(vanilla.config().bytes()).toString());

    ObjectNode manifest = tree(injected.manifest().raw().bytes());
    ObjectNode original = tree(vanilla.manifest().raw().bytes());
    ArrayNode layers = (ArrayNode) manifest.get("layers");
    assertThat(layers.remove(top).toString())
        .isEqualTo(
            "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1001}"
                .formatted(vanilla.manifest().family().layer(), Images.LAYER_R1.blob()));
    if (original.get("layers").isNull()) {
      manifest.putNull("layers");
    }
    ObjectNode descriptor = (ObjectNode) manifest.get("config");
    assertThat(descriptor.get("digest").asText())
        .isEqualTo(Digest.sha256(injected.config().bytes()).toString());
    assertThat(descriptor.get("size").asInt()).isEqualTo(injected.config().bytes().length);
    for (String key : new String[] {"digest", "size", "data"}) {
      if (original.get("config").has(key)) {
        descriptor.set(key, original.get("config").get(key));
      }
    }
    assertThat(manifest.toString()).isEqualTo(original.toString());
  }

  /** Takes out of a configuration's tree what injection put in, with none of the tested code. */
  private static void withoutOurs(ObjectNode config, JsonNode original, boolean hasHistoryInStep) {
    ObjectNode labels = (ObjectNode) config.get("config").get("Labels");
    assertThat(labels.remove("cvmfs_injection_tar").asText())
        .isEqualTo(Images.LAYER_R1.diffId().toString());
    assertThat(labels.remove("cvmfs_injection_gz").asText())
        .isEqualTo(Images.LAYER_R1.blob().toString());
    assertThat(labels.remove("cvmfs_injection_state").asText()).contains("tiny.example.org");
    restoreIfEmpty(config, "config", "Labels", original);
    restoreIfEmpty(config, "", "config", original);
    ArrayNode diffIds = (ArrayNode) config.get("rootfs").get("diff_ids");
    assertThat(diffIds.remove(diffIds.size() - 1).asText())
        .isEqualTo(Images.LAYER_R1.diffId().toString());
    restoreIfEmpty(config, "rootfs", "diff_ids", original);
    if (hasHistoryInStep) {
      ArrayNode history = (ArrayNode) config.get("history");
      assertThat(history.remove(history.size() - 1).path("author").asText())
          .isEqualTo("cvmfs_shrinkwrap");
    }
  }

  private static void restoreIfEmpty(
      ObjectNode config, String parent, String key, JsonNode original) {
    ObjectNode here = parent.isEmpty() ? config : (ObjectNode) config.get(parent);
    JsonNode there = (parent.isEmpty() ? original : original.path(parent)).path(key);
    if (here.get(key).isEmpty() && there.isMissingNode()) {
      here.remove(key);
    } else if (here.get(key).isEmpty() && there.isNull()) {
      here.putNull(key);
    }
  }

  @Test
  void apply_layerAboveOurs_keepsBothInPlace() {
    Digest below = Images.digest("below");
    Digest above = Images.digest("above");
    Image image =
        Images.withLayers(
            "{\"cvmfs_injection_tar\":\"%s\"}".formatted(Images.LAYER_R1.diffId()),
            "[{},{\"empty_layer\":true},{\"author\":\"cvmfs_shrinkwrap\"},{\"created_by\":\"above\"}]",
            below,
            Images.LAYER_R1.diffId(),
            above);

    Image refreshed = image.withR2();

    assertThat(refreshed.config().diffIds())
        .containsExactly(below, Images.LAYER_R2.diffId(), above);
    assertThat(refreshed.manifest().layers().get(1).digest()).isEqualTo(Images.LAYER_R2.blob());
    assertThat(refreshed.manifest().layers().get(2)).isEqualTo(image.manifest().layers().get(2));
    assertThat(refreshed.text())
        .contains(
            "[{},{\"empty_layer\":true},{\"created\":\"2026-02-02T00:00:00Z\",\"created_by\":\"cvmfs_shrinkwrap oci\",\"author\":\"cvmfs_shrinkwrap\",\"comment\":\"CVMFS layer of tiny.example.org revision 2 (2222222222222222222222222222222222222222)\"},{\"created_by\":\"above\"}]");
  }

  @Test
  void apply_nothingNew_keepsTheBytes() {
    Image injected = Images.withLayers("null", "[]").withR1();

    assertThat(injected.withR1().text()).isEqualTo(injected.text());
  }

  @Test
  void apply_stateUnreadable_warnsAndGoesOn() {
    Image image =
        Images.withLayers(
            "{\"cvmfs_injection_tar\":\"%s\",\"cvmfs_injection_state\":\"?\"}"
                .formatted(Images.LAYER_R1.diffId()),
            "[{\"author\":\"cvmfs_shrinkwrap\"}]",
            Images.LAYER_R1.diffId());

    RewrittenImage rewritten =
        Injection.apply(
            image.config(),
            image.manifest(),
            image.find(),
            Images.LAYER_R2,
            Images.STATE_R2,
            Instant.EPOCH);

    assertThat(rewritten.warnings())
        .singleElement()
        .asString()
        .startsWith("label cvmfs_injection_state cannot be read and is taken for absent");
    assertThat(InjectionState.of(rewritten.config(), notice -> {})).contains(Images.STATE_R2);
  }

  @Test
  void apply_sameLayerThereAlreadyWithoutLabels_isRefused() {
    Image image =
        Images.withConfig(
            "{\"rootfs\":{\"diff_ids\":[\"%s\"]}}".formatted(Images.LAYER_R1.diffId()),
            Images.layer(Images.LAYER_R1.blob()));

    assertThatThrownBy(image::withR1)
        .isInstanceOf(ImageFailure.class)
        .hasMessageContaining("has the CVMFS layer %s 2 times".formatted(Images.LAYER_R1.diffId()));
  }

  @Test
  void apply_configurationOfAnotherImage_isAMistakeOfTheCaller() {
    Image one = Images.withLayers("null", "null");
    Image other = Images.withLayers("{}", "null");

    assertThatThrownBy(() -> new Image(one.config(), other.manifest()).withR1())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not the one of the manifest");
  }

  @Test
  void eject_othersAddedLabelsMeanwhile_keepsTheirs() {
    Image injected = Images.withLayers("null", "[]").withR1();
    Image relabelled =
        Images.withConfig(
            injected
                .text()
                .lines()
                .findFirst()
                .orElseThrow()
                .replace("\"Labels\":{", "\"Labels\":{\"theirs\":\"1\","),
            Images.layer(Images.LAYER_R1.blob()));

    Image ejected = relabelled.ejected();

    assertThat(ejected.find()).isEqualTo(new Vanilla());
    assertThat(ejected.text()).contains("\"Labels\":{\"theirs\":\"1\"}");
  }

  private static ObjectNode tree(byte[] json) throws IOException {
    return (ObjectNode) MAPPER.readTree(json);
  }
}
