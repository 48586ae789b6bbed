package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Documents that are made, and not edited. */
class NewImageTest {
  private static final Digest DIGEST = Digest.sha256("layer");

  @Test
  void emptyImage_saysWhatItIsFor_andHasNothing() {
    ImageConfig config = NewImage.emptyConfig(Platform.parse("linux/arm/v6"));

    assertThat(text(config))
        .isEqualTo(
            "{\"created\":\"1970-01-01T00:00:00Z\",\"architecture\":\"arm\",\"os\":\"linux\","
                + "\"variant\":\"v6\",\"config\":{},\"rootfs\":{\"type\":\"layers\","
                + "\"diff_ids\":[]},\"history\":[]}");
    assertThat(InjectedLayer.find(config, NewImage.manifest(config, List.of())))
        .isInstanceOf(InjectedLayer.Vanilla.class);
  }

  @Test
  void settings_areAddedToThoseOfTheImage_andAnotherEntrypointTakesItsCommandAway() {
    ImageConfig base =
        NewImage.emptyConfig(Platform.parse("linux/amd64"))
            .with(
                new RunSettings(
                    List.of("/bin/a"),
                    List.of("b"),
                    List.of("PATH=/bin", "X=1"),
                    Optional.of("/root")));

    ImageConfig edited =
        base.with(
            new RunSettings(
                List.of("/bin/c", "-d"), List.of(), List.of("X=2=3", "Y="), Optional.empty()));

    assertThat(text(edited))
        .contains("\"Entrypoint\":[\"/bin/c\",\"-d\"]")
        .contains("\"Env\":[\"PATH=/bin\",\"X=2=3\",\"Y=\"]")
        .contains("\"WorkingDir\":\"/root\"")
        .doesNotContain("Cmd");
    assertThat(base.with(RunSettings.NONE).bytes()).isEqualTo(base.bytes());
  }

  @Test
  void variablesWithoutName_areRefused() {
    assertThatThrownBy(() -> new RunSettings(List.of(), List.of(), List.of("=x"), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NAME=VALUE");
  }

  @Test
  void dockersLayers_becomeThoseOfOci() {
    ImageConfig config = NewImage.emptyConfig(Platform.parse("linux/amd64"));
    String type = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    ImageManifest manifest = NewImage.manifest(config, List.of(new Descriptor(type, DIGEST, 5)));

    assertThat(manifest.layers())
        .containsExactly(new Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", DIGEST, 5));
    assertThat(manifest.family()).isEqualTo(MediaTypeFamily.OCI);
  }

  @Test
  void layersThatAreElsewhere_areRefused() {
    ImageConfig config = NewImage.emptyConfig(Platform.parse("linux/amd64"));
    String type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

    assertThatThrownBy(() -> NewImage.manifest(config, List.of(new Descriptor(type, DIGEST, 5))))
        .isInstanceOf(ImageFailure.class)
        .hasMessageContaining(type);
  }

  private static String text(ImageConfig config) {
    return new String(config.bytes(), StandardCharsets.UTF_8);
  }
}
