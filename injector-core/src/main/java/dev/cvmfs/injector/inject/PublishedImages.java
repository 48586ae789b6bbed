package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.image.Platform;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The images that the name of the result leads to at present: those that are worked on, if they are
 * refreshed in place; else those of an earlier result, if there is one.
 */
final class PublishedImages {
  private final boolean inPlace;
  private final List<Earlier> earlier;

  private record Earlier(FetchedImage image, Platform platform, Digest vanilla) {}

  private PublishedImages(boolean inPlace, List<Earlier> earlier) {
    this.inPlace = inPlace;
    this.earlier = earlier;
  }

  /**
   * Looks at both.
   *
   * @param options which images are meant
   * @throws ImageFailure if the name leads to an image of one platform now
   */
  static PublishedImages of(
      ImageStore store, IndexOptions options, RawManifest base, Optional<RawManifest> published)
      throws IOException {
    if (published.isPresent() && !ManifestKind.of(published.get()).isIndex()) {
      throw new ImageFailure(
          "the tag for the result names %s, an image of one platform, and would name an index of several; choose another tag"
              .formatted(published.get().digest()));
    }
    boolean inPlace = published.map(RawManifest::digest).equals(Optional.of(base.digest()));
    List<Earlier> earlier = new ArrayList<>();
    if (published.isPresent() && !inPlace) {
      new IndexWalk(store, options)
          .visit(
              published.get(),
              (image, platform) -> earlier.add(new Earlier(image, platform, image.vanilla())));
    }
    return new PublishedImages(inPlace, earlier);
  }

  /**
   * What is published of an image: what was made from it, or else what there is for its platform.
   */
  Optional<FetchedImage> of(FetchedImage base, Platform platform) {
    if (inPlace) {
      return Optional.of(base);
    }
    Digest vanilla = base.vanilla();
    Predicate<Earlier> samePlatform = one -> one.platform().equals(platform);
    Predicate<Earlier> sameImage = one -> one.vanilla().equals(vanilla);
    return first(sameImage.and(samePlatform))
        .or(() -> first(sameImage))
        .or(() -> first(samePlatform));
  }

  private Optional<FetchedImage> first(Predicate<Earlier> wanted) {
    return earlier.stream().filter(wanted).findFirst().map(Earlier::image);
  }
}
