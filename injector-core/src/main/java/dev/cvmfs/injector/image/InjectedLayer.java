package dev.cvmfs.injector.image;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whether an image has a CVMFS layer, and which one: label {@code cvmfs_injection_tar} names a
 * diff_id; its position in {@code rootfs.diff_ids} is the layer's position in the manifest, however
 * the layer may be compressed by now.
 *
 * <p>The same diff_id may occur several times; the empty layer does in many ordinary images. Then
 * the layer is, by the first rule that applies:
 *
 * <ol>
 *   <li>the only one among them whose line of history has our author;
 *   <li>the only one among them whose blob is the one that label {@code cvmfs_injection_gz} names;
 *   <li>if it is the empty layer, the last one, since that is where it is inserted;
 *   <li>none: the image is refused.
 * </ol>
 *
 * <p>An image whose history names our author for any other layer is refused: it was injected into
 * twice, or a tool has packed its CVMFS layer again. A new layer on top would not hide that one,
 * and to replace it might take away more than CVMFS files.
 */
public sealed interface InjectedLayer {

  /** The image was never injected into, or all trace of it is gone. */
  record Vanilla() implements InjectedLayer {}

  /**
   * The labels are there, but their layer is not: the image was squashed or rebuilt, and kept the
   * labels. To be treated like a vanilla image, after a notice.
   *
   * @param explanation a sentence for the user
   */
  record Dangling(String explanation) implements InjectedLayer {}

  /**
   * The image has a CVMFS layer.
   *
   * @param position from 0, the lowest layer
   * @param layer the blob as it is now
   * @param isBlobAsLabelled whether the blob is the one that was injected; if not, it was
   *     compressed again on the way, and what is known of the old blob's bytes does not hold
   */
  record Found(int position, Digest diffId, Descriptor layer, boolean isBlobAsLabelled)
      implements InjectedLayer {}

  /**
   * Looks for the layer.
   *
   * @throws ImageFailure if configuration and manifest do not agree on the number of layers, or if
   *     it cannot be told which layer is meant
   */
  static InjectedLayer find(ImageConfig config, ImageManifest manifest) {
    requireSameLength(config, manifest);
    Optional<String> label = config.label(InjectionLabels.TAR);
    if (label.isEmpty()) {
      requireNoOther(-1, config);
      return new Vanilla();
    }
    List<Integer> candidates =
        IntStream.range(0, config.diffIds().size())
            .filter(position -> config.diffIds().get(position).toString().equals(label.get()))
            .boxed()
            .toList();
    if (candidates.isEmpty()) {
      requireNoOther(-1, config);
      return new Dangling(
          "label %s names a layer %s that the image does not have; it was probably squashed or rebuilt from an injected image"
              .formatted(InjectionLabels.TAR, Printable.of(label.get(), 200)));
    }
    int position = choose(candidates, config, manifest);
    requireNoOther(position, config);
    Descriptor layer = manifest.layers().get(position);
    return new Found(position, config.diffIds().get(position), layer, isLabelled(layer, config));
  }

  private static void requireSameLength(ImageConfig config, ImageManifest manifest) {
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new ImageFailure(
          "the %s has %d diff_ids, but the %s has %d layers; which belong together cannot be told, so build the image again"
              .formatted(
                  config.document().name(),
                  config.diffIds().size(),
                  manifest.document().name(),
                  manifest.layers().size()));
    }
  }

  private static int choose(List<Integer> candidates, ImageConfig config, ImageManifest manifest) {
    int last = candidates.get(candidates.size() - 1);
    Digest diffId = config.diffIds().get(last);
    return only(candidates)
        .or(() -> only(candidates.stream().filter(config::isOurs).toList()))
        .or(
            () ->
                only(
                    candidates.stream()
                        .filter(position -> isLabelled(manifest.layers().get(position), config))
                        .toList()))
        .or(() -> diffId.equals(EmptyLayer.DIFF_ID) ? Optional.of(last) : Optional.empty())
        .orElseThrow(
            () ->
                new ImageFailure(
                    "the %s has the CVMFS layer %s %d times; refreshing one would leave the others, so build the image again"
                        .formatted(config.document().name(), diffId, candidates.size())));
  }

  private static void requireNoOther(int found, ImageConfig config) {
    List<Integer> ours =
        IntStream.range(0, config.diffIds().size())
            .filter(position -> position != found && config.isOurs(position))
            .boxed()
            .toList();
    if (!ours.isEmpty()) {
      throw new ImageFailure(
          "the history of the %s names %s as author of layer %d (counted from 0), which is not the one that label %s names; its files would show through, so build the image again from one without a CVMFS layer"
              .formatted(
                  config.document().name(),
                  InjectionLabels.AUTHOR,
                  ours.get(0),
                  InjectionLabels.TAR));
    }
  }

  private static boolean isLabelled(Descriptor layer, ImageConfig config) {
    return config.label(InjectionLabels.GZ).equals(Optional.of(layer.digest().toString()));
  }

  private static Optional<Integer> only(List<Integer> positions) {
    return positions.size() == 1 ? Optional.of(positions.get(0)) : Optional.empty();
  }
}
