package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import java.util.Optional;

/**
 * What is worked on and where the result goes.
 *
 * @param name the tag that will name the result
 * @param base the image that the layer is put into
 * @param published what the tag names at present: the base itself when it is refreshed in place, an
 *     earlier result, or nothing
 */
record Target(ImageName name, FetchedImage base, Optional<FetchedImage> published) {

  Optional<Digest> publishedDigest() {
    return published.map(FetchedImage::digest);
  }

  /** The layer to be replaced: the base's, or where it has none, that of the earlier result. */
  Optional<InjectedLayer.Found> present() {
    return found(base).or(() -> published.flatMap(Target::found));
  }

  private static Optional<InjectedLayer.Found> found(FetchedImage image) {
    return image.injected() instanceof InjectedLayer.Found found
        ? Optional.of(found)
        : Optional.empty();
  }

  /**
   * Whether what is published is the base with or without a CVMFS layer, so that only that layer
   * can be out of date.
   */
  boolean publishedIsFromBase() {
    if (published.isEmpty()) {
      return false;
    }
    FetchedImage image = published.get();
    if (image.digest().equals(base.digest())) {
      return true;
    }
    Optional<InjectedLayer.Found> found = found(image);
    if (found.isEmpty()) {
      return false;
    }
    RewrittenImage ejected = Injection.eject(image.config(), image.manifest(), found.get());
    return ejected.manifest().raw().digest().equals(base.digest());
  }
}
