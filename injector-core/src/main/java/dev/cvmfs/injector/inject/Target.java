package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.registry.Digest;
import java.util.Optional;

/**
 * One image for one platform that is worked on.
 *
 * @param label what to call it
 * @param base the image that the layer is put into
 * @param published what the name of the result leads to at present: the base itself when it is
 *     refreshed in place, an earlier result, or nothing
 */
record Target(String label, FetchedImage base, Optional<FetchedImage> published) {

  /** What the image runs on, such as {@code amd64}; empty if it does not say. */
  Optional<String> architecture() {
    return base.config().architecture();
  }

  Optional<Digest> publishedDigest() {
    return published.map(FetchedImage::digest);
  }

  /**
   * The layer to be replaced: that of the earlier result if it was made from this base, otherwise
   * the base's, otherwise any.
   */
  Optional<InjectedLayer.Found> present() {
    Optional<InjectedLayer.Found> ofPublished = published.flatMap(FetchedImage::layer);
    return publishedIsFromBase() ? ofPublished : base.layer().or(() -> ofPublished);
  }

  /**
   * Whether what is published is the base with a CVMFS layer, so that only that layer can be out of
   * date. The base without one is no result, whatever layer the base itself may have.
   */
  boolean publishedIsFromBase() {
    return published
        .filter(image -> image.layer().isPresent())
        .filter(image -> image.vanilla().equals(base.vanilla()))
        .isPresent();
  }
}
