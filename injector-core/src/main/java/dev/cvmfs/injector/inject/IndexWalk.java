package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.ImageIndex;
import dev.cvmfs.injector.image.ImageIndex.Entry;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.image.Platform;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Goes once through the images of an index that are meant, in their order, also where indexes are
 * nested.
 */
final class IndexWalk {
  /** Deeper nesting than anybody uses; an index cannot contain itself, but a chain can be long. */
  private static final int DEEPEST = 4;

  /** Looks at one image. */
  @FunctionalInterface
  interface ImageVisitor {
    void visit(FetchedImage image, Platform platform) throws IOException;
  }

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

  /** Changes one index. */
  @FunctionalInterface
  interface IndexEditor {
    /**
     * Changes it.
     *
     * @param replaced by the positions of the entries that lead to other manifests from now on,
     *     these; there is at least one
     */
    RawManifest edit(ImageIndex index, SortedMap<Integer, RawManifest> replaced);
  }

  private final ImageStore store;
  private final IndexOptions options;
  private final Set<Platform> found = new HashSet<>();

  IndexWalk(ImageStore store, IndexOptions options) {
    this.store = store;
    this.options = options;
  }

  /**
   * Shows the images of an index that are meant.
   *
   * @throws ImageFailure if a platform that the settings name is missing
   */
  static void forEachImage(
      ImageStore store, IndexOptions options, RawManifest index, ImageVisitor visitor)
      throws IOException {
    IndexWalk walk = new IndexWalk(store, options);
    walk.visit(index, visitor);
    walk.requireMeant(index);
  }

  /** Shows the images that are meant, if there are any. */
  void visit(RawManifest index, ImageVisitor visitor) throws IOException {
    rewrite(
        index,
        (image, platform) -> {
          visitor.visit(image, platform);
          return image.manifest().raw();
        },
        (same, none) -> {
          throw new AssertionError("an index changed while it was looked at");
        });
  }

  /**
   * Changes the images that are meant, and then the indexes that lead to them, the innermost first.
   *
   * @return the new index; the present one if no image has changed
   */
  RawManifest rewrite(RawManifest index, ImageRewriter images, IndexEditor indexes)
      throws IOException {
    return rewrite(index, images, indexes, 1);
  }

  private RawManifest rewrite(RawManifest raw, ImageRewriter images, IndexEditor indexes, int depth)
      throws IOException {
    if (depth > DEEPEST) {
      throw new ImageFailure(
          "the indexes of %s are nested more than %d deep"
              .formatted(store.name().repositoryPath(), DEEPEST));
    }
    ImageIndex index = ImageIndex.parse(raw);
    SortedMap<Integer, RawManifest> replaced = new TreeMap<>();
    for (int position = 0; position < index.entries().size(); position++) {
      Entry entry = index.entries().get(position);
      Optional<RawManifest> manifest =
          switch (entry.kind()) {
            case IMAGE -> image(entry, images);
            case INDEX -> Optional.of(rewrite(fetch(entry), images, indexes, depth + 1));
            case ATTESTATION, OTHER -> Optional.empty();
          };
      if (manifest.isPresent() && !manifest.get().digest().equals(entry.descriptor().digest())) {
        replaced.put(position, manifest.get());
      }
    }
    return replaced.isEmpty() ? raw : indexes.edit(index, replaced);
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

  /**
   * Afterwards: that there was something to do.
   *
   * @throws ImageFailure if a platform that the settings name is missing
   */
  void requireMeant(RawManifest index) {
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
  }

  private static String names(Iterable<Platform> platforms) {
    Set<String> names = new TreeSet<>();
    platforms.forEach(platform -> names.add(platform.toString()));
    return String.join(", ", names);
  }
}
