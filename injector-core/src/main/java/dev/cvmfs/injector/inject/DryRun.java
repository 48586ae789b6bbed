package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.JsonDiff;
import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.injector.layer.LayerPlan;
import dev.cvmfs.registry.Digest;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells how an image would change, without the layer that it would get: what of the documents
 * depends on the layer's bytes is shown as {@code …}.
 */
final class DryRun {
  private static final Digest UNKNOWN = Digest.parse("sha256:" + "0".repeat(64));
  private static final long UNKNOWN_SIZE = 9_007_199_254_740_991L;

  private DryRun() {}

  /** Stands in for the layer. */
  static NewLayer layer() {
    return new NewLayer(UNKNOWN, UNKNOWN, UNKNOWN_SIZE);
  }

  /**
   * Tells the differences, line by line.
   *
   * @param image the image with {@link #layer}
   */
  static void tell(FetchedImage base, RewrittenImage image, Consumer<String> lines) {
    String config = image.manifest().config().digest().toString();
    JsonDiff.lines(base.config().bytes(), image.config().bytes())
        .forEach(line -> lines.accept("  config " + known(line, config)));
    JsonDiff.lines(base.manifest().raw().bytes(), image.manifest().raw().bytes())
        .forEach(line -> lines.accept("  manifest " + known(line, config)));
  }

  /**
   * Tells what would be moved.
   *
   * @param replaced the layer that is there, if there is one
   */
  static void tell(Optional<NewLayer> replaced, LayerPlan plan, Consumer<String> lines) {
    replaced.ifPresent(
        layer ->
            lines.accept(
                "  layer %s, %s, would be replaced"
                    .formatted(layer.blob(), Amounts.bytes(layer.size()))));
    lines.accept("  to be fetched from CVMFS: " + text(plan.fetched()));
    lines.accept("  from the local cache: " + text(plan.cached()));
    if (replaced.isPresent()) {
      lines.accept("  from the old layer: " + text(plan.reused()));
      lines.accept("  no longer wanted: " + text(plan.dropped()));
    }
    lines.accept(
        "  to be uploaded: a layer of at most %s, mostly compressed".formatted(upload(plan)));
  }

  private static String upload(LayerPlan plan) {
    return Amounts.bytes(plan.fetched().bytes() + plan.cached().bytes() + plan.reused().bytes());
  }

  private static String text(LayerPlan.Amount amount) {
    return "%s of content in %s"
        .formatted(
            Amounts.bytes(amount.bytes()), Amounts.count(amount.objects(), "object", "objects"));
  }

  private static String known(String line, String config) {
    return line.replace(UNKNOWN.toString(), "sha256:…")
        .replace(config, "sha256:…")
        .replace(Long.toString(UNKNOWN_SIZE), "…");
  }
}
