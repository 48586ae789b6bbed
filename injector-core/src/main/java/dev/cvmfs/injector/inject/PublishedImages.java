package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.ImageIndex;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.image.Platform;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.util.Optional;

/**
 * The images that the name of the result leads to at present: those that are worked on, if they are
 * refreshed in place; else those of an earlier result, if there is one.
 */
final class PublishedImages {
  private final ImageStore store;
  private final boolean inPlace;
  private final Optional<ImageIndex> earlier;

  private PublishedImages(ImageStore store, boolean inPlace, Optional<ImageIndex> earlier) {
    this.store = store;
    this.inPlace = inPlace;
    this.earlier = earlier;
  }

  /**
   * Looks at both.
   *
   * @throws ImageFailure if the name leads to an image of one platform now
   */
  static PublishedImages of(ImageStore store, RawManifest base, Optional<RawManifest> published) {
    if (published.isPresent() && !ManifestKind.of(published.get()).isIndex()) {
      throw new ImageFailure(
          "the tag for the result names %s, an image of one platform, and would name an index of several; choose another tag"
              .formatted(published.get().digest()));
    }
    boolean inPlace = published.map(RawManifest::digest).equals(Optional.of(base.digest()));
    return new PublishedImages(
        store, inPlace, inPlace ? Optional.empty() : published.map(ImageIndex::parse));
  }

  /** What is published for a platform. */
  Optional<FetchedImage> of(FetchedImage base, Platform platform) {
    if (inPlace) {
      return Optional.of(base);
    }
    return earlier.stream()
        .flatMap(index -> index.entries().stream())
        .filter(entry -> entry.kind() == ImageIndex.EntryKind.IMAGE)
        .filter(entry -> entry.platform().equals(Optional.of(platform)))
        .findFirst()
        .map(entry -> FetchedImage.read(store, entry.descriptor().digest().toString()));
  }
}
