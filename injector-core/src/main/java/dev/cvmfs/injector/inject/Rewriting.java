package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.layer.LayerPlan;
import dev.cvmfs.registry.RawManifest;
import java.util.List;
import java.util.Optional;

/**
 * What has become of one image for one platform.
 *
 * @param manifest what the name shall lead to, all parts of which are in the registry; that which
 *     is published already if nothing had to be done; with {@code --dry-run} a draft of it
 * @param layer the image's CVMFS layer as it is now, if it has one
 * @param garbage what the layer holds though no file links to it
 * @param unproven whether the layer was left as it is at its own word
 * @param bytesCopied bytes of the layer that were taken from the one it replaces
 * @param plan with {@code --dry-run}, what would have to be moved
 */
record Rewriting(
    Report.Result result,
    RawManifest manifest,
    Optional<NewLayer> layer,
    List<Report.Repository> repositories,
    LayerChanges changes,
    Report.Garbage garbage,
    boolean unproven,
    long bytesCopied,
    Optional<LayerPlan> plan) {

  /** What was done, and not only planned. */
  Rewriting(
      Report.Result result,
      RawManifest manifest,
      Optional<NewLayer> layer,
      List<Report.Repository> repositories,
      LayerChanges changes,
      Report.Garbage garbage,
      long bytesCopied) {
    this(
        result,
        manifest,
        layer,
        repositories,
        changes,
        garbage,
        false,
        bytesCopied,
        Optional.empty());
  }
}
