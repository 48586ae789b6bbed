package dev.cvmfs.injector.inject;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code layer.info} says, and what is made of it. */
class LayerInfoTest {
  @TempDir private Path folder;

  @Test
  void everySetting_isNotedAndFoundAgain() throws IOException {
    Path map = Files.writeString(folder.resolve("map"), "* 1\n");
    String digest = Digest.sha256(Files.readAllBytes(map)).toString();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("CVMFS_SHRINKWRAP_UNVERIFIED", "on");
    settings.put("CVMFS_SHRINKWRAP_SYMLINK_VARS", "B=2 A=1=1");
    settings.put("CVMFS_GID_MAP", map.toString());
    settings.put("CVMFS_UID_MAP", map.toString());
    settings.put("CVMFS_WORLD_READABLE", "true");
    settings.put("CVMFS_CLAIM_OWNERSHIP", "1");
    LayerShape shape = new LayerShape(false, true, false);

    LayerInfo info = info("opt/cvmfs", shape, settings);

    // Layers that are there have these bytes, so neither words nor order may change.
    assertThat(new String(info.bytes(), UTF_8))
        .isEqualTo(
            """
            format : 1
            prefix : opt/cvmfs
            OCI_HARDLINKS : no
            OCI_SINGLE_MEMBER : yes
            CVMFS_CLAIM_OWNERSHIP : yes
            CVMFS_WORLD_READABLE : yes
            CVMFS_UID_MAP : %s
            CVMFS_GID_MAP : %s
            CVMFS_SHRINKWRAP_SYMLINK_VARS : A=1=1 B=2
            CVMFS_SHRINKWRAP_UNVERIFIED : yes
            """
                .formatted(digest, digest));
    LayerInfo read = LayerInfo.parse(info.bytes());
    assertThat(read).isEqualTo(info);
    assertThat(read.prefix()).contains("opt/cvmfs");
    assertThat(read.shape()).isEqualTo(shape);
    // A layer's own word is not enough to leave signatures unchecked.
    assertThat(read.settings())
        .containsOnly(
            Map.entry("CVMFS_CLAIM_OWNERSHIP", "yes"),
            Map.entry("CVMFS_WORLD_READABLE", "yes"),
            Map.entry("CVMFS_SHRINKWRAP_SYMLINK_VARS", "A=1=1 B=2"));
  }

  @Test
  void settingsThatAreAsUsual_overruleTheConfiguration() throws IOException {
    LayerInfo info = info("cvmfs", LayerShape.USUAL, Map.of());

    assertThat(info.shape()).isEqualTo(LayerShape.USUAL);
    assertThat(info.settings()).hasSize(3).allSatisfy((key, value) -> assertThat(value).isEmpty());
  }

  @Test
  void nonsense_isNotTaken() {
    assertThat(LayerInfo.parse("prefix : ../etc\n".getBytes(UTF_8)).prefix()).isEmpty();
    LayerInfo impossible = LayerInfo.parse("OCI_ESTARGZ : perhaps\n".getBytes(UTF_8));
    assertThatThrownBy(impossible::shape).isInstanceOf(LayerFormatException.class);
  }

  private static LayerInfo info(String prefix, LayerShape shape, Map<String, String> settings)
      throws IOException {
    CvmfsConf conf = CvmfsConf.of(Conf.of(settings, "test"), "x.example.org");
    return LayerInfo.of(prefix, shape, ShapingSettings.of(conf));
  }
}
