package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.ImageConfig;
import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.ImageManifest;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.util.Optional;

/** The documents of one image for one platform, and what they say about a CVMFS layer. */
record FetchedImage(ImageManifest manifest, ImageConfig config, InjectedLayer injected) {

  /**
   * Reads the image that a tag or digest names.
   *
   * @throws ImageFailure if it is not one that can be worked on
   */
  static FetchedImage read(ImageStore store, String reference) {
    RawManifest raw = store.manifest(reference);
    if (ManifestKind.of(raw).isIndex()) {
      throw new ImageFailure(
          """
          %s, %s, is an index of images for several platforms
          name one of its images by digest (NAME@sha256:...)"""
              .formatted(store.name().repositoryPath(), reference));
    }
    return of(store, raw);
  }

  /** The image of a manifest that was read already. */
  static FetchedImage of(ImageStore store, RawManifest raw) {
    ImageManifest manifest = ImageManifest.parse(raw);
    ImageConfig config =
        ImageConfig.parse(store.readBlob(manifest.config(), ImageConfig.LIMIT_BYTES));
    return new FetchedImage(manifest, config, InjectedLayer.find(config, manifest));
  }

  Digest digest() {
    return manifest.raw().digest();
  }

  /** The CVMFS layer, if there is one. */
  Optional<InjectedLayer.Found> layer() {
    return injected instanceof InjectedLayer.Found found ? Optional.of(found) : Optional.empty();
  }

  /** The digest of the image without a CVMFS layer. */
  Digest vanilla() {
    return layer()
        .map(found -> Injection.eject(config, manifest, found).manifest().raw().digest())
        .orElseGet(this::digest);
  }
}
