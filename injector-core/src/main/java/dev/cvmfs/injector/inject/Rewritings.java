package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.Platform;
import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.layer.LayerPlan;
import dev.cvmfs.registry.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
   * All of them in one. Layers that several images have in common are counted once.
   *
   * @param before what the name led to at the start
   * @param after what it leads to now; empty if that did not change
   * @param publication what else was done in the repository
   */
  Outcome outcome(Optional<Digest> before, Optional<Digest> after, Report.Publication publication) {
    Set<Optional<NewLayer>> counted = new HashSet<>();
    Set<NewLayer> layers = new LinkedHashSet<>();
    LayerChanges changes = new LayerChanges(0, 0, 0, 0, true);
    Report.Garbage garbage = Report.Garbage.NONE;
    long copied = 0;
    for (Rewriting one : all) {
      one.layer().ifPresent(layers::add);
      if (counted.add(one.layer())) {
        changes = changes.plus(one.changes());
        garbage = garbage.plus(one.garbage());
        copied += one.bytesCopied();
      }
    }
    return new Outcome(
        result(),
        before,
        after,
        List.copyOf(layers),
        repositories(),
        changes,
        garbage,
        all.stream().anyMatch(Rewriting::unproven),
        copied,
        platforms(),
        publication);
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
