package dev.cvmfs.injector.inject;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Gives what a tag is about to leave another tag, so that it can still be pulled, by its digest
 * too, and be rolled back to. Registries remove in time what no tag leads to.
 */
final class PreviousTags {
  private final ImageStore store;
  private final Optional<TagPattern> pattern;
  private final InstantSource clock;

  /**
   * @param pattern how the tags are called; nothing is kept without it
   * @param clock tells when a version was replaced
   */
  PreviousTags(ImageStore store, Optional<TagPattern> pattern, InstantSource clock) {
    this.store = store;
    this.pattern = pattern;
    this.clock = clock;
  }

  /**
   * Does it, before the tag is moved: at no moment the old version is without a tag.
   *
   * @param tag what names the version until now; empty if nothing is moved
   * @return the new tag, if there is one
   */
  Optional<String> keep(Optional<String> tag, Digest version) {
    if (pattern.isEmpty() || tag.isEmpty()) {
      return Optional.empty();
    }
    String kept = pattern.get().tag(tag.get(), version, clock.instant());
    if (!store.resolve(kept).equals(Optional.of(version))) {
      RawManifest manifest = store.manifest(version.toString());
      store.putManifest(kept, manifest);
    }
    return Optional.of(kept);
  }
}
