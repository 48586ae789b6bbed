package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.injector.image.Images.Image;
import dev.cvmfs.injector.image.InjectedLayer.Dangling;
import dev.cvmfs.injector.image.InjectedLayer.Found;
import dev.cvmfs.injector.image.InjectedLayer.Vanilla;
import dev.cvmfs.registry.Digest;
import org.junit.jupiter.api.Test;

class InjectedLayerTest {
  private static final Digest A = Images.digest("a");
  private static final Digest B = Images.digest("b");
  private static final Digest EMPTY = EmptyLayer.DIFF_ID;
  private static final String OURS = "{\"author\":\"cvmfs_shrinkwrap\"}";

  @Test
  void find_noLabel_isVanilla() {
    assertThat(Images.withLayers("null", "null", A, EMPTY).find()).isEqualTo(new Vanilla());
  }

  @Test
  void find_labelNamesALayer_isFoundWhateverItsBlobIs() {
    Image asLabelled = Images.withLayers(labels(A, Images.blobOf(A)), "null", B, A);
    Image compressedAgain = Images.withLayers(labels(A, B), "null", B, A);

    assertThat(asLabelled.find())
        .isEqualTo(new Found(1, A, asLabelled.manifest().layers().get(1), true));
    assertThat(compressedAgain.find())
        .isEqualTo(new Found(1, A, compressedAgain.manifest().layers().get(1), false));
  }

  @Test
  void find_labelWithoutItsLayer_isDangling() {
    InjectedLayer layer = Images.withLayers(labels(A, A), "[{}]", B).find();

    assertThat(layer).isInstanceOf(Dangling.class);
    assertThat(((Dangling) layer).explanation())
        .contains("names a layer " + A)
        .contains("squashed");
  }

  @Test
  void find_labelThatATerminalWouldObey_isSpelledOut() {
    InjectedLayer layer =
        Images.withLayers("{\"cvmfs_injection_tar\":\"\\u001b[2J\"}", "[{}]", B).find();

    assertThat(((Dangling) layer).explanation()).contains("names a layer \\u001b[2J that");
  }

  @Test
  void find_sameLayerSeveralTimes_historyDecidesFirst() {
    Digest blob = Images.digest("recompressed");
    assertThat(Images.withLayers(labels(A, blob), "[{}," + OURS + ",{}]", A, A, A).find())
        .extracting(layer -> ((Found) layer).position())
        .isEqualTo(1);
  }

  @Test
  void find_sameLayerSeveralTimesWithoutHistory_theLabelledBlobDecides() {
    Image image =
        Images.withConfig(
            "{\"rootfs\":{\"diff_ids\":[\"%1$s\",\"%1$s\"]},\"config\":{\"Labels\":%2$s}}"
                .formatted(A, labels(A, Images.digest("first"))),
            Images.layer(Images.digest("first")),
            Images.layer(Images.digest("second")));

    assertThat(((Found) image.find()).position()).isZero();
  }

  @Test
  void find_emptyLayersThatNothingTellsApart_takesTheLast() {
    assertThat(Images.withLayers(labels(EMPTY, B), "null", EMPTY, EMPTY, A).find())
        .extracting(layer -> ((Found) layer).position())
        .isEqualTo(1);
  }

  @Test
  void find_sameLayerSeveralTimesThatNothingTellsApart_isRefused() {
    Image image = Images.withLayers(labels(A, B), "[{},{}]", A, A);

    assertThatThrownBy(image::find)
        .isInstanceOf(ImageFailure.class)
        .hasMessageContaining("has the CVMFS layer " + A + " 2 times");
  }

  @Test
  void find_historyKnowsOfAnotherCvmfsLayer_isRefused() {
    Image twoOfThem = Images.withLayers(labels(A, B), "[%s,%s]".formatted(OURS, OURS), B, A);
    Image packedAgain = Images.withLayers(labels(A, B), "[%s]".formatted(OURS), B);
    Image labelsLost = Images.withLayers("{}", "[%s]".formatted(OURS), B);

    for (Image image : new Image[] {twoOfThem, packedAgain, labelsLost}) {
      assertThatThrownBy(image::find)
          .isInstanceOf(ImageFailure.class)
          .hasMessageContaining("names cvmfs_shrinkwrap as author of layer 0");
    }
  }

  @Test
  void find_emptyLinesOfTheOriginalInjector_areNoLayers() {
    String updates = "{\"author\":\"cvmfs_shrinkwrap\",\"empty_layer\":true}";
    Image image =
        Images.withLayers(labels(A, B), "[%s,%s,%s]".formatted(OURS, updates, updates), A);

    assertThat(image.find()).isInstanceOf(Found.class);
  }

  @Test
  void find_otherNumberOfLayersThanDiffIds_isRefused() {
    Image image = Images.withConfig("{\"rootfs\":{\"diff_ids\":[\"%s\"]}}".formatted(A));

    assertThatThrownBy(image::find)
        .isInstanceOf(ImageFailure.class)
        .hasMessageContaining("has 1 diff_ids")
        .hasMessageContaining("has 0 layers");
  }

  private static String labels(Digest tar, Digest gz) {
    return "{\"cvmfs_injection_tar\":\"%s\",\"cvmfs_injection_gz\":\"%s\"}".formatted(tar, gz);
  }
}
