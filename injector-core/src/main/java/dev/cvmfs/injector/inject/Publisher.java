package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Publishes a new version of an image: layer, then configuration, then the manifest under its tag.
 * Until the last step nobody sees any of it, and the last step is one request, so the tag names a
 * complete image at every moment.
 */
final class Publisher {
  private final ImageStore store;
  private final ProgressListener progress;

  Publisher(ImageStore store, ProgressListener progress) {
    this.store = store;
    this.progress = progress;
  }

  /**
   * Does it.
   *
   * @param layer what the bytes are
   * @throws TagMovedFailure if the tag no longer names what it did at the start
   */
  void publish(Target target, RewrittenImage image, Descriptor layer, BlobSource bytes)
      throws IOException {
    progress.step("Injecting updated cvmfs layer into %s...".formatted(target.name()));
    try (ProgressListener.Task task = progress.task("Uploading", layer.size())) {
      store.pushBlob(layer, offset -> new CountingInputStream(bytes.open(offset), task::advance));
    }
    store.pushBlob(image.manifest().config(), source(image.config().bytes()));
    tag(target, image.manifest().raw());
  }

  /**
   * Makes the tag name a manifest all parts of which the registry has.
   *
   * @throws TagMovedFailure if the tag no longer names what it did at the start
   */
  void tag(Target target, RawManifest manifest) {
    requireUnmoved(target);
    store.putManifest(target.name().reference(), manifest);
  }

  static BlobSource source(byte[] bytes) {
    return offset -> {
      InputStream in = new ByteArrayInputStream(bytes);
      in.skipNBytes(offset);
      return in;
    };
  }

  /**
   * The registry API has no compare-and-swap. To look just before writing narrows the gap in which
   * another's work could be lost to one round trip.
   */
  private void requireUnmoved(Target target) {
    Optional<Digest> now = store.resolve(target.name().reference());
    if (!now.equals(target.publishedDigest())) {
      throw new TagMovedFailure(
          "somebody else moved %s while we were at work: it was %s, and is now %s"
              .formatted(target.name(), describe(target.publishedDigest()), describe(now)));
    }
  }

  private static String describe(Optional<Digest> digest) {
    return digest.map(Digest::toString).orElse("not there");
  }
}
