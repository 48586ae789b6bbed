package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.IOException;
import java.util.Optional;

/**
 * Publishes a new version of an image: layer, then configuration, then the manifest, and last of
 * all the tag. Until the last step nobody sees any of it, and the last step is one request, so the
 * tag names a complete image at every moment.
 */
final class Publisher {
  private final ImageStore store;
  private final ProgressListener progress;

  Publisher(ImageStore store, ProgressListener progress) {
    this.store = store;
    this.progress = progress;
  }

  /** Brings a layer to the registry. */
  @FunctionalInterface
  interface LayerUpload {
    void run() throws IOException;
  }

  /**
   * Uploads the parts of an image: the layer, and then the configuration.
   *
   * @param label what to call the image
   */
  void push(String label, RewrittenImage image, LayerUpload layer) throws IOException {
    progress.step("Injecting updated cvmfs layer into %s...".formatted(label));
    layer.run();
    store.pushBlob(image.manifest().config(), BlobSource.of(image.config().bytes()));
  }

  /**
   * Makes a manifest or index, all parts of which the registry has, be found at the destination.
   *
   * @param before what the destination's tag named at the start, if it was there
   * @param previous keeps that
   * @return the tag that it is kept under
   * @throws TagMovedFailure if the tag no longer names that
   */
  Optional<String> publish(
      Destination destination,
      Optional<Digest> before,
      RawManifest manifest,
      PreviousTags previous) {
    if (destination.tag().isEmpty()) {
      store.putManifest(manifest.digest().toString(), manifest);
      return Optional.empty();
    }
    Optional<String> kept = before.flatMap(digest -> previous.keep(destination.tag(), digest));
    kept.ifPresent(tag -> progress.step("What was there before is kept as %s".formatted(tag)));
    tag(destination.name().withTag(destination.tag().get()), before, manifest);
    return kept;
  }

  /**
   * Makes a tag name a manifest or index all parts of which the registry has.
   *
   * @param before what the tag named at the start, if it was there
   * @throws TagMovedFailure if it no longer names that
   */
  void tag(ImageName name, Optional<Digest> before, RawManifest manifest) {
    if (!store.replaceTag(name.reference(), before, manifest)) {
      throw new TagMovedFailure(
          "somebody else moved %s while we were at work: it was %s, and is now %s"
              .formatted(name, describe(before), describe(store.resolve(name.reference()))));
    }
  }

  private static String describe(Optional<Digest> digest) {
    return digest.map(Digest::toString).orElse("not there");
  }
}
