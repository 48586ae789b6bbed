package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
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
    Optional<InjectedLayer.Found> ofPublished = published.flatMap(Target::found);
    return publishedIsFromBase() ? ofPublished : found(base).or(() -> ofPublished);
  }

  private static Optional<InjectedLayer.Found> found(FetchedImage image) {
    return image.injected() instanceof InjectedLayer.Found found
        ? Optional.of(found)
        : Optional.empty();
  }

  /**
   * Whether what is published is the base with a CVMFS layer, so that only that layer can be out of
   * date. The base without one is no result, whatever layer the base itself may have.
   */
  boolean publishedIsFromBase() {
    return published
        .filter(image -> found(image).isPresent())
        .filter(image -> vanilla(image).equals(vanilla(base)))
        .isPresent();
  }

  /** The digest of the image without a CVMFS layer. */
  private static Digest vanilla(FetchedImage image) {
    return found(image)
        .map(found -> Injection.eject(image.config(), image.manifest(), found))
        .map(ejected -> ejected.manifest().raw().digest())
        .orElse(image.digest());
  }
}
