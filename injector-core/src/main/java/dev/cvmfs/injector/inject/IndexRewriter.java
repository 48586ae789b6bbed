package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.ImageIndex;
import dev.cvmfs.injector.image.ImageIndex.Entry;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Changes the images of an index that are meant, and the entries that lead to them, also where
 * indexes are nested. All else stays as it is: order, platforms, annotations, images of other
 * platforms, and what is no image.
 *
 * <p>An attestation is about the bytes of one image. When that image is replaced, it is about
 * something that the index no longer has, and is left out; it is never edited.
 */
final class IndexRewriter {
  private final ImageStore store;
  private final IndexOptions options;
  private final boolean dryRun;
  private final ProgressListener progress;

  IndexRewriter(ImageStore store, IndexOptions options, boolean dryRun, ProgressListener progress) {
    this.store = store;
    this.options = options;
    this.dryRun = dryRun;
    this.progress = progress;
  }

  /**
   * Does it; all that the result names is in the store then, but for itself.
   *
   * @return the new index; the present one if no image has changed
   * @throws ImageFailure if a platform that the settings name is missing
   */
  RawManifest rewrite(RawManifest index, IndexWalk.ImageRewriter images) throws IOException {
    IndexWalk walk = new IndexWalk(store, options);
    RawManifest result = walk.rewrite(index, images, this::edit);
    walk.requireMeant(index);
    return result;
  }

  private RawManifest edit(ImageIndex index, SortedMap<Integer, RawManifest> replaced) {
    Set<Digest> before = new HashSet<>();
    ImageIndex edited = index;
    for (Map.Entry<Integer, RawManifest> place : replaced.entrySet()) {
      before.add(index.entries().get(place.getKey()).descriptor().digest());
      put(place.getValue());
      edited = edited.withManifest(place.getKey(), place.getValue());
    }
    return withoutStale(edited, before).raw();
  }

  private void put(RawManifest manifest) {
    String digest = manifest.digest().toString();
    if (!dryRun && store.resolve(digest).isEmpty()) {
      store.putManifest(digest, manifest);
    }
  }

  private ImageIndex withoutStale(ImageIndex index, Set<Digest> replaced) {
    List<Integer> stale = new ArrayList<>();
    for (int position = 0; position < index.entries().size(); position++) {
      Entry entry = index.entries().get(position);
      boolean isAboutReplaced = entry.about().map(replaced::contains).orElse(true);
      if (entry.kind() == ImageIndex.EntryKind.ATTESTATION && isAboutReplaced) {
        stale.add(position);
      }
    }
    if (stale.isEmpty()) {
      return index;
    }
    if (options.keepAttestations()) {
      progress.warning(
          "the index keeps %s about images that it no longer has (OCI_ATTESTATIONS=keep)"
              .formatted(attestations(stale.size())));
      return index;
    }
    progress.step(
        "Leaving out %s about the images as they were; they would not fit the new ones"
            .formatted(attestations(stale.size())));
    return index.without(stale);
  }

  private static String attestations(int number) {
    return Amounts.count(number, "attestation", "attestations");
  }
}
