package dev.cvmfs.injector.image;

import dev.cvmfs.injector.image.InjectedLayer.Found;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Puts a CVMFS layer into an image, or a newer one in place of the one it has, and takes it out
 * again.
 *
 * <p>Only what is ours changes: the layer's descriptor, its diff_id, its line of history
 * (exchanged, never appended, so that a year of nights leaves one line) and our labels. The result
 * depends on nothing but the arguments, and not on the way: injecting into a vanilla image, into
 * one that was prepared with an empty layer, and refreshing an older injection give the same bytes.
 *
 * <p>The configuration's {@code created} stays what it was: the image is still the one its owner
 * built then, and taking the layer out must give it back byte for byte. When the layer was made is
 * told by {@code created} of its line of history.
 */
public final class Injection {
  private Injection() {}

  /**
   * The image with the layer: in place of the one found, otherwise on top.
   *
   * @param injected what {@link InjectedLayer#find} says of these two documents
   * @param state what the layer was made from; what it notes of the time before injection is not
   *     used, as the image itself tells
   * @param created the time noted in the layer's line of history: that of the repository's
   *     publication, or what {@code SOURCE_DATE_EPOCH} says; never the clock
   * @throws ImageFailure if the image has the very same layer already, but not as its CVMFS layer
   */
  public static RewrittenImage apply(
      ImageConfig config,
      ImageManifest manifest,
      InjectedLayer injected,
      NewLayer layer,
      InjectionState state,
      Instant created) {
    requireMatch(config, manifest);
    List<String> warnings = new ArrayList<>();
    SortedMap<String, String> before =
        injected instanceof Found ? before(config, warnings) : EmptyPlaces.note(config, manifest);
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(InjectionLabels.TAR, layer.diffId().toString());
    labels.put(InjectionLabels.GZ, layer.blob().toString());
    labels.put(InjectionLabels.STATE, new InjectionState(state.repositories(), before).label());
    HistoryEntry entry =
        new HistoryEntry(
            created, InjectionLabels.AUTHOR + " oci", InjectionLabels.AUTHOR, state.comment());
    Descriptor descriptor = new Descriptor(manifest.family().layer(), layer.blob(), layer.size());

    ImageConfig newConfig;
    ImageManifest newManifest;
    if (injected instanceof Found found) {
      config.historyProblem(found.position()).ifPresent(warnings::add);
      newConfig = config.withLayer(found.position(), layer.diffId(), entry);
      newManifest =
          annotated(manifest.withLayer(found.position(), descriptor), found.position(), layer);
    } else {
      config.historyProblem().ifPresent(warnings::add);
      int top = manifest.layers().size();
      newConfig = config.withInsertedLayer(top, layer.diffId(), entry);
      newManifest = annotated(manifest.withInsertedLayer(top, descriptor), top, layer);
    }
    newConfig = newConfig.withLabels(labels);
    newManifest = newManifest.withConfig(newConfig);
    requireFindable(newConfig, newManifest, layer);
    return new RewrittenImage(newConfig, newManifest, warnings);
  }

  private static ImageManifest annotated(ImageManifest manifest, int position, NewLayer layer) {
    return layer
        .toc()
        .map(toc -> manifest.withLayerAnnotation(position, NewLayer.TOC_ANNOTATION, toc.toString()))
        .orElse(manifest);
  }

  /** An image whose layer the next run could not tell from others must not be published. */
  private static void requireFindable(ImageConfig config, ImageManifest manifest, NewLayer layer) {
    boolean isFound =
        InjectedLayer.find(config, manifest) instanceof Found found
            && found.layer().digest().equals(layer.blob());
    if (!isFound) {
      throw new AssertionError("the layer just put into an image is not found in it");
    }
  }

  /**
   * The image without its CVMFS layer, its line of history and our labels. Where the layer was
   * inserted by {@link #apply}, the documents are those from before, byte for byte.
   */
  public static RewrittenImage eject(ImageConfig config, ImageManifest manifest, Found injected) {
    requireMatch(config, manifest);
    List<String> warnings = new ArrayList<>();
    SortedMap<String, String> before = before(config, warnings);
    config.historyProblem(injected.position()).ifPresent(warnings::add);
    ImageConfig newConfig =
        config
            .withoutLabels(InjectionLabels.ALL)
            .withoutLayer(injected.position())
            .withEmptied(before);
    ImageManifest newManifest =
        manifest.withoutLayer(injected.position()).withEmptied(before).withConfig(newConfig);
    return new RewrittenImage(newConfig, newManifest, warnings);
  }

  private static SortedMap<String, String> before(ImageConfig config, List<String> warnings) {
    return InjectionState.of(config, warnings::add).orElseGet(InjectionState::prepared).before();
  }

  /** Editing the configuration of one image and the manifest of another would publish nonsense. */
  private static void requireMatch(ImageConfig config, ImageManifest manifest) {
    Digest expected = manifest.config().digest();
    if (expected.algorithm().equals("sha256") && !expected.equals(Digest.sha256(config.bytes()))) {
      throw new IllegalArgumentException(
          "the %s is not the one of the %s"
              .formatted(config.document().name(), manifest.document().name()));
    }
  }
}
