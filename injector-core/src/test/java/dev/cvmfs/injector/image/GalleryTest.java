package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.injector.image.Images.Image;
import dev.cvmfs.injector.image.InjectedLayer.Dangling;
import dev.cvmfs.injector.image.InjectedLayer.Found;
import dev.cvmfs.injector.image.InjectedLayer.Vanilla;
import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documents made by umoci, buildah, skopeo and the original injector themselves, and ones written
 * in the manner of docker, buildkit, jib, ko, kaniko and nix. Next to each stands {@code
 * expected.txt}: what was found, and every difference that injecting revision 1 makes.
 */
class GalleryTest {

  @ParameterizedTest
  @MethodSource("dev.cvmfs.injector.image.Images#gallery")
  void injection_anyTool_changesWhatIsExpectedAndNothingElse(String name) throws IOException {
    assertThat(story(name))
        .isEqualTo(Files.readString(Images.galleryFolder(name).resolve("expected.txt")));
  }

  @ParameterizedTest
  @MethodSource("dev.cvmfs.injector.image.Images#gallery")
  void injection_freshOrPreparedOrRefreshed_givesTheSameBytes(String name) throws IOException {
    Image image = Images.fromGallery(name);
    String fresh = image.withR2().text();

    assertThat(image.prepared().withR2().text()).isEqualTo(fresh);
    assertThat(image.withR1().withR2().text()).isEqualTo(fresh);
    assertThat(image.prepared().withR1().withR2().withR2().text()).isEqualTo(fresh);
  }

  @ParameterizedTest
  @MethodSource("dev.cvmfs.injector.image.Images#gallery")
  void eject_afterOwnInjectionAndRefresh_givesBackTheOriginalBytes(String name) throws IOException {
    Image image = Images.fromGallery(name);
    Image result = image.withR1().withR2().ejected();

    if (image.find() instanceof Vanilla) {
      assertThat(result.text()).isEqualTo(image.text());
    } else {
      assertThat(result.find()).isInstanceOf(Vanilla.class);
    }
  }

  private static String story(String name) throws IOException {
    Image image = Images.fromGallery(name);
    RewrittenImage injected =
        Injection.apply(
            image.config(),
            image.manifest(),
            image.find(),
            Images.LAYER_R1,
            Images.STATE_R1,
            Images.TIME_R1);
    List<String> lines = new ArrayList<>();
    lines.add(found(image));
    injected.warnings().forEach(warning -> lines.add("warning: " + warning));
    byte[] config = injected.config().bytes();
    lines.add("configuration " + Digest.sha256(config));
    JsonDiff.lines(image.config().bytes(), config).forEach(line -> lines.add("  " + line));
    lines.add("manifest " + injected.manifest().raw().digest());
    JsonDiff.lines(image.manifest().raw().bytes(), injected.manifest().raw().bytes())
        .forEach(line -> lines.add("  " + line));
    return String.join("\n", lines) + "\n";
  }

  private static String found(Image image) {
    InjectedLayer layer = image.find();
    if (layer instanceof Found found) {
      return "layer %d, its blob %s"
          .formatted(
              found.position(),
              found.isBlobAsLabelled() ? "as labelled" : "not the one that was injected");
    }
    return layer instanceof Dangling dangling ? dangling.explanation() : "vanilla";
  }
}
