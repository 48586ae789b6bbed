package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageConfigTest {
  private static final Digest A = Images.digest("a");
  private static final Digest B = Images.digest("b");
  private static final HistoryEntry ENTRY =
      new HistoryEntry(Instant.EPOCH, "by", "author", "comment");
  private static final String ENTRY_TEXT =
      "{\"created\":\"1970-01-01T00:00:00Z\",\"created_by\":\"by\",\"author\":\"author\",\"comment\":\"comment\"}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{}' | does not describe an image made of layers",
        "'{\"rootfs\":null}' | does not describe an image made of layers",
        "'{\"rootfs\":[]}' | has something at /rootfs that is not an object",
        "'{\"rootfs\":{\"type\":\"squashfs\"}}' | does not describe an image made of layers",
        "'{\"rootfs\":{\"diff_ids\":{}}}' | has no list of diff_ids",
        "'{\"rootfs\":{\"diff_ids\":[7]}}' | has an unusable diff_id: not a digest: 7",
        "'{\"rootfs\":{},\"config\":\"x\"}' | has something at /config that is not an object",
        "'{\"rootfs\":{},\"config\":{\"Labels\":[]}}' | has something at /config/Labels that is not",
        "'{\"rootfs\":{},\"os\":\"windows\"}' | is of a Windows image",
      })
  void parse_notUsable_saysWhy(String json, String reason) {
    assertThatThrownBy(() -> config(json))
        .isInstanceOf(ImageFailure.class)
        .hasMessageStartingWith("the image configuration " + Images.digest(json))
        .hasMessageContaining(reason);
  }

  @Test
  void views_fieldsMissingOrNull_areAbsent() {
    ImageConfig config =
        config(
            "{\"os\":null,\"rootfs\":{},\"config\":{\"Labels\":{\"a\":null,\"b\":\"\",\"c\":\"d\"}}}");

    assertThat(config.operatingSystem()).isEqualTo("linux");
    assertThat(config.architecture()).isEmpty();
    assertThat(config.diffIds()).isEmpty();
    assertThat(config.label("a")).isEmpty();
    assertThat(config.label("b")).isEmpty();
    assertThat(config.label("c")).contains("d");
    assertThat(config.label("e")).isEmpty();
  }

  @Test
  @DisplayName("quirk 39: Artifactory takes only a history that is in step with the layers")
  void withInsertedLayer_inTheMiddle_keepsDiffIdsAndHistoryInStep() {
    ImageConfig config =
        config(
            "{\"rootfs\":{\"diff_ids\":[\"%s\",\"%s\"]},\"history\":[1,{\"empty_layer\":true},2]}"
                .formatted(A, A));

    assertThat(text(config.withInsertedLayer(1, B, ENTRY)))
        .isEqualTo(
            "{\"rootfs\":{\"diff_ids\":[\"%s\",\"%s\",\"%s\"]},\"history\":[1,{\"empty_layer\":true},%s,2]}"
                .formatted(A, B, A, ENTRY_TEXT));
  }

  @Test
  void withLayer_emptyLinesBetween_exchangesTheLineOfThatLayer() {
    ImageConfig config =
        config(
            "{\"history\":[{\"empty_layer\":true},1,{\"empty_layer\":true},{\"author\":\"cvmfs_shrinkwrap\"}],\"rootfs\":{\"diff_ids\":[\"%s\",\"%s\"]}}"
                .formatted(A, A));

    assertThat(text(config.withLayer(1, B, ENTRY)))
        .isEqualTo(
            "{\"history\":[{\"empty_layer\":true},1,{\"empty_layer\":true},%s],\"rootfs\":{\"diff_ids\":[\"%s\",\"%s\"]}}"
                .formatted(ENTRY_TEXT, A, B));
  }

  @Test
  void withLayer_lineOfSomebodyElse_leavesItAlone() {
    String json = "{\"rootfs\":{\"diff_ids\":[\"%s\"]},\"history\":[{\"author\":\"Jib\"}]}";
    ImageConfig config = config(json.formatted(A));

    assertThat(config.historyProblem(0)).get().asString().contains("somebody else's");
    assertThat(text(config.withLayer(0, B, ENTRY))).isEqualTo(json.formatted(B));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | has no history",
        "[] | has no history",
        "[1,2] | does not fit its layers (2 lines for 1 layers)",
        "7 | does not fit its layers (0 lines for 1 layers)",
      })
  void withLayer_historyAbsentOrInconsistent_leavesItAlone(String history, String problem) {
    String json = "{\"rootfs\":{\"diff_ids\":[\"%s\"]},\"history\":%s}";
    ImageConfig config = config(json.formatted(A, history));

    assertThat(config.historyProblem()).get().asString().contains(problem);
    assertThat(text(config.withLayer(0, B, ENTRY))).isEqualTo(json.formatted(B, history));
  }

  @Test
  void withLabels_containerConfigWithOneOfThem_keepsThatOneInStep() {
    ImageConfig config =
        config(
            "{\"rootfs\":{},\"container_config\":{\"Labels\":{\"a\":\"1\",\"x\":\"y\"}},\"config\":{\"Labels\":{\"a\":\"1\"}}}");

    assertThat(text(config.withLabels(Map.of("a", "2")).withLabels(Map.of("b", "3"))))
        .isEqualTo(
            "{\"rootfs\":{},\"container_config\":{\"Labels\":{\"a\":\"2\",\"x\":\"y\"}},\"config\":{\"Labels\":{\"a\":\"2\",\"b\":\"3\"}}}");
  }

  @Test
  void withoutLabels_inBothPlaces_areGone() {
    ImageConfig config =
        config(
            "{\"rootfs\":{},\"container_config\":{\"Labels\":{\"a\":\"1\",\"x\":\"y\"}},\"config\":{\"Labels\":{\"a\":\"1\"}}}");

    assertThat(text(config.withoutLabels(List.of("a", "b"))))
        .isEqualTo(
            "{\"rootfs\":{},\"container_config\":{\"Labels\":{\"x\":\"y\"}},\"config\":{\"Labels\":{}}}");
  }

  @Test
  void historyEntry_yearThatCannotBeWritten_isAMistakeOfTheCaller() {
    assertThatThrownBy(
            () ->
                new HistoryEntry(
                    Instant.parse("+10000-01-01T00:00:00Z"), "by", "author", "comment"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only of the years 0 to 9999");
  }

  private static ImageConfig config(String json) {
    return ImageConfig.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(ImageConfig config) {
    return new String(config.bytes(), StandardCharsets.UTF_8);
  }
}
