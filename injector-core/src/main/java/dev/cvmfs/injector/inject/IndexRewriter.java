package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.ImageIndex;
import dev.cvmfs.injector.image.ImageIndex.Entry;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.image.Platform;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Changes the images of an index that are meant, and the entries that lead to them, also where
 * indexes are nested. All else stays as it is: order, platforms, annotations, images of other
 * platforms, and what is no image.
 *
 * <p>An attestation is about the bytes of one image. When that image is replaced, it is about
 * something that the index no longer has, and is left out; it is never edited.
 */
final class IndexRewriter {
  /** Deeper nesting than anybody uses; an index cannot contain itself, but a chain can be long. */
  private static final int DEEPEST = 4;

  /** Changes one image. */
  @FunctionalInterface
  interface ImageRewriter {
    /**
     * Changes it, and puts the parts of the result where the index's are.
     *
     * @return the new manifest; the present one if there is nothing to change
     */
    RawManifest rewrite(FetchedImage image, Platform platform) throws IOException;
  }

  /** Looks at one image. */
  @FunctionalInterface
  interface ImageVisitor {
    void visit(FetchedImage image, Platform platform) throws IOException;
  }

  private final ImageStore store;
  private final IndexOptions options;
  private final boolean dryRun;
  private final ProgressListener progress;
  private final Set<Platform> found = new HashSet<>();

  IndexRewriter(ImageStore store, IndexOptions options, boolean dryRun, ProgressListener progress) {
    this.store = store;
    this.options = options;
    this.dryRun = dryRun;
    this.progress = progress;
  }

  /**
   * Shows the images of an index that are meant, in their order.
   *
   * @throws ImageFailure if a platform that the settings name is missing
   */
  static void forEachImage(
      ImageStore store, IndexOptions options, RawManifest index, ImageVisitor visitor)
      throws IOException {
    new IndexRewriter(store, options, true, ProgressListener.SILENT)
        .rewrite(
            index,
            (image, platform) -> {
              visitor.visit(image, platform);
              return image.manifest().raw();
            });
  }

  /**
   * Does it; all that the result names is in the store then, but for itself.
   *
   * @return the new index; the present one if no image has changed
   * @throws ImageFailure if a platform that the settings name is missing
   */
  RawManifest rewrite(RawManifest index, ImageRewriter images) throws IOException {
    RawManifest result = rewrite(index, images, 1);
    List<Platform> missing =
        options.platforms().stream()
            .filter(wanted -> found.stream().noneMatch(wanted::covers))
            .toList();
    if (!missing.isEmpty() || found.stream().noneMatch(options::means)) {
      throw new ImageFailure(
          "the index %s of %s has no image for %s, but for: %s"
              .formatted(
                  index.digest(),
                  store.name().repositoryPath(),
                  missing.isEmpty() ? "Linux" : names(missing),
                  found.isEmpty() ? "none" : names(found)));
    }
    return result;
  }

  private static String names(Iterable<Platform> platforms) {
    Set<String> names = new TreeSet<>();
    platforms.forEach(platform -> names.add(platform.toString()));
    return String.join(", ", names);
  }

  private RawManifest rewrite(RawManifest raw, ImageRewriter images, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new ImageFailure(
          "the indexes of %s are nested more than %d deep"
              .formatted(store.name().repositoryPath(), DEEPEST));
    }
    ImageIndex index = ImageIndex.parse(raw);
    Set<Digest> replaced = new HashSet<>();
    for (int position = 0; position < index.entries().size(); position++) {
      Entry entry = index.entries().get(position);
      Optional<RawManifest> manifest =
          switch (entry.kind()) {
            case IMAGE -> image(entry, images);
            case INDEX -> Optional.of(rewrite(fetch(entry), images, depth + 1));
            case ATTESTATION, OTHER -> Optional.empty();
          };
      if (manifest.isPresent() && !manifest.get().digest().equals(entry.descriptor().digest())) {
        replaced.add(entry.descriptor().digest());
        if (!dryRun && store.resolve(manifest.get().digest().toString()).isEmpty()) {
          store.putManifest(manifest.get().digest().toString(), manifest.get());
        }
        index = index.withManifest(position, manifest.get());
      }
    }
    return replaced.isEmpty() ? raw : withoutStale(index, replaced).raw();
  }

  private Optional<RawManifest> image(Entry entry, ImageRewriter images) throws IOException {
    if (entry.platform().isPresent() && !isMeant(entry.platform().get())) {
      return Optional.empty();
    }
    RawManifest raw = fetch(entry);
    if (ManifestKind.of(raw).isIndex()) {
      throw new ImageFailure(
          "the index says that %s is an image, but it is an index".formatted(raw.digest()));
    }
    FetchedImage image = FetchedImage.of(store, raw);
    Platform platform = entry.platform().orElseGet(() -> platformOf(image));
    if (!isMeant(platform)) {
      return Optional.empty();
    }
    return Optional.of(images.rewrite(image, platform));
  }

  private boolean isMeant(Platform platform) {
    found.add(platform);
    return options.means(platform);
  }

  /** What the image itself says, where the index says nothing. */
  private static Platform platformOf(FetchedImage image) {
    return new Platform(
        image.config().operatingSystem(), image.config().architecture().orElse(""), "");
  }

  private RawManifest fetch(Entry entry) {
    return store.manifest(entry.descriptor().digest().toString());
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
