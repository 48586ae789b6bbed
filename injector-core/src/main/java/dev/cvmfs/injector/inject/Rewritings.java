package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.Platform;
import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.layer.LayerPlan;
import dev.cvmfs.registry.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Collects what has become of the images of one name. */
final class Rewritings {
  private final List<Rewriting> all = new ArrayList<>();
  private final List<Report.PlatformImage> platforms = new ArrayList<>();

  /** One image behind a name. */
  void add(Rewriting rewriting) {
    all.add(rewriting);
  }

  /** One of several images behind a name. */
  void add(Platform platform, FetchedImage before, Rewriting after) {
    add(after);
    platforms.add(
        new Report.PlatformImage(
            platform.toString(),
            after.result(),
            before.digest().toString(),
            after.manifest().digest().toString()));
  }

  List<Report.PlatformImage> platforms() {
    return List.copyOf(platforms);
  }

  /**
   * What would have to be moved for all of them; empty if it was not only planned. What several
   * have in common is moved once.
   */
  Optional<LayerPlan> plan() {
    return all.stream()
        .filter(one -> one.plan().isPresent())
        .map(one -> new Planned(one.layer(), one.plan().get()))
        .distinct()
        .map(Planned::plan)
        .reduce(LayerPlan::plus);
  }

  private record Planned(Optional<NewLayer> replaced, LayerPlan plan) {}

  /** What the layers of all of them were made from. */
  List<Report.Repository> repositories() {
    return all.stream().flatMap(one -> one.repositories().stream()).distinct().toList();
  }

  /**
   * All of them in one. What several images have in common is counted once: the work if the same
   * was done to the same, the layer wherever it is. An image that has it already tells nothing
   * where another gets it.
   *
   * @param before what the name led to at the start
   * @param after what it leads to now; empty if that did not change
   * @param publication what else was done in the repository
   */
  Outcome outcome(Optional<Digest> before, Optional<Digest> after, Report.Publication publication) {
    Set<Made> made = new HashSet<>();
    Set<Done> done = new HashSet<>();
    Map<Digest, NewLayer> layers = new LinkedHashMap<>();
    LayerChanges changes = new LayerChanges(0, 0, 0, 0, true);
    Report.Garbage garbage = Report.Garbage.NONE;
    long copied = 0;
    all.forEach(one -> one.layer().ifPresent(layer -> layers.putIfAbsent(layer.blob(), layer)));
    for (Rewriting one : changedFirst()) {
      Made layer = new Made(one.layer().map(NewLayer::blob), one.repositories());
      boolean isNew = made.add(layer);
      if (isNew) {
        garbage = garbage.plus(one.garbage());
        copied += one.bytesCopied();
      }
      if ((isNew || isChanged(one)) && done.add(new Done(layer, one.changes()))) {
        changes = changes.plus(one.changes());
      }
    }
    return new Outcome(
        result(),
        before,
        after,
        List.copyOf(layers.values()),
        repositories(),
        changes,
        garbage,
        all.stream().anyMatch(Rewriting::unproven),
        copied,
        platforms(),
        publication);
  }

  /**
   * A layer of what. With {@code --dry-run} it is the present one, which several to be made of
   * different things may have in common, or none.
   */
  private record Made(Optional<Digest> layer, List<Report.Repository> repositories) {}

  private record Done(Made layer, LayerChanges changes) {}

  private List<Rewriting> changedFirst() {
    return Stream.concat(
            all.stream().filter(Rewritings::isChanged), all.stream().filter(one -> !isChanged(one)))
        .toList();
  }

  private static boolean isChanged(Rewriting one) {
    return one.result() != Report.Result.UNCHANGED;
  }

  /** What says most of what has happened. */
  private Report.Result result() {
    return all.stream()
        .map(Rewriting::result)
        .min(Comparator.comparingInt(Rewritings::rank))
        .orElse(Report.Result.UNCHANGED);
  }

  private static int rank(Report.Result result) {
    return switch (result) {
      case INJECTED -> 0;
      case REFRESHED -> 1;
      case PREPARED -> 2;
      case UNCHANGED -> 3;
    };
  }
}
