package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.image.ImageConfig;
import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.ImageIndex;
import dev.cvmfs.injector.image.ImageManifest;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.image.NewImage;
import dev.cvmfs.injector.image.Platform;
import dev.cvmfs.injector.image.RunSettings;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an image is made of besides the slice.
 *
 * @param config with what the user wants of containers
 * @param manifest of the OCI family
 * @param store where the layers are; empty if there are none
 */
public record BaseImage(ImageConfig config, ImageManifest manifest, Optional<ImageStore> store) {

  /** An image without a layer. */
  public static BaseImage empty(Platform platform, RunSettings settings) {
    ImageConfig config = NewImage.emptyConfig(platform).with(settings);
    return new BaseImage(config, NewImage.manifest(config, List.of()), Optional.empty());
  }

  /**
   * A published image.
   *
   * @param store its repository, which stays open for as long as this is used
   * @param reference its tag or digest
   * @param platform which one is wanted
   * @throws ImageFailure if there is none for that platform, or none that can be worked on
   */
  public static BaseImage of(
      ImageStore store, String reference, Platform platform, RunSettings settings) {
    RawManifest raw = store.manifest(reference);
    if (ManifestKind.of(raw).isIndex()) {
      raw = store.manifest(select(ImageIndex.parse(raw), platform).digest().toString());
    }
    ImageManifest manifest = ImageManifest.parse(raw);
    ImageConfig config =
        ImageConfig.parse(store.readBlob(manifest.config(), ImageConfig.LIMIT_BYTES));
    requirePlatform(config, platform);
    ImageConfig edited = config.with(settings);
    return new BaseImage(edited, NewImage.manifest(edited, manifest.layers()), Optional.of(store));
  }

  private static Descriptor select(ImageIndex index, Platform platform) {
    List<ImageIndex.Entry> images =
        index.entries().stream()
            .filter(entry -> entry.kind() == ImageIndex.EntryKind.IMAGE)
            .toList();
    return images.stream()
        .filter(entry -> entry.platform().filter(platform::covers).isPresent())
        .findFirst()
        .map(ImageIndex.Entry::descriptor)
        .orElseThrow(
            () ->
                new ImageFailure(
                    "the base image has nothing for %s, but for: %s (--platform)"
                        .formatted(
                            platform,
                            images.stream()
                                .flatMap(entry -> entry.platform().stream())
                                .map(Platform::toString)
                                .distinct()
                                .collect(Collectors.joining(", ")))));
  }

  private static void requirePlatform(ImageConfig config, Platform wanted) {
    Platform actual = new Platform(config.operatingSystem(), config.architecture().orElse(""), "");
    boolean known = config.architecture().isPresent();
    if (known
        && !(actual.os().equals(wanted.os())
            && actual.architecture().equals(wanted.architecture()))) {
      throw new ImageFailure(
          "the base image is for %s, not for %s (--platform)".formatted(actual, wanted));
    }
  }

  /** Where the blob of a layer is. */
  ImageStore layers() {
    return store.orElseThrow(() -> new IllegalStateException("there are no layers"));
  }
}
