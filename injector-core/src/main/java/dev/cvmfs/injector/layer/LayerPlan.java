package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What writing a slice would move, found out without moving any of it. All bytes are of plain
 * content; what goes over the network is mostly compressed, and less.
 *
 * @param fetched from CVMFS
 * @param cached taken from the local cache
 * @param reused taken from the layer that is there
 * @param dropped in the layer that is there, and no longer wanted
 */
public record LayerPlan(Amount fetched, Amount cached, Amount reused, Amount dropped) {

  /** Numbers of objects, and bytes of what is in them. */
  public record Amount(long objects, long bytes) {
    static final Amount NONE = new Amount(0, 0);

    Amount plus(long more) {
      return new Amount(objects + 1, bytes + more);
    }

    Amount plus(Amount other) {
      return new Amount(objects + other.objects, bytes + other.bytes);
    }
  }

  /** There is nothing to be moved. */
  public static final LayerPlan NONE =
      new LayerPlan(Amount.NONE, Amount.NONE, Amount.NONE, Amount.NONE);

  /** This and another. */
  public LayerPlan plus(LayerPlan other) {
    return new LayerPlan(
        fetched.plus(other.fetched),
        cached.plus(other.cached),
        reused.plus(other.reused),
        dropped.plus(other.dropped));
  }

  /**
   * Plans.
   *
   * @param sources with the layer that is there, if it is in our format
   * @throws LayerFormatException if the layer that is there is damaged
   */
  public static LayerPlan of(Slice slice, ObjectSources sources) throws IOException {
    Planner planner = new Planner(sources.stores());
    try (Cursor<PlannedObject> wanted = slice.objects()) {
      if (sources.present().isEmpty()) {
        while (wanted.hasNext()) {
          planner.wanted(wanted.next(), false);
        }
      } else {
        try (Cursor<IndexRecord> index = sources.present().get().index()) {
          planner.merge(wanted, index);
        }
      }
    }
    return planner.plan;
  }

  /** Adds up, object by object. */
  private static final class Planner {
    private final List<ObjectStore> stores;
    private LayerPlan plan = NONE;

    private Planner(List<ObjectStore> stores) {
      this.stores = stores;
    }

    /** Both lists are sorted by name. */
    private void merge(Cursor<PlannedObject> wanted, Cursor<IndexRecord> present) {
      Optional<IndexRecord> left = next(present);
      while (wanted.hasNext()) {
        PlannedObject object = wanted.next();
        while (left.isPresent() && left.get().name().compareTo(object.name()) < 0) {
          dropped(left.get());
          left = next(present);
        }
        boolean isThere = left.isPresent() && left.get().name().equals(object.name());
        wanted(object, isThere);
        if (isThere) {
          left = next(present);
        }
      }
      while (left.isPresent()) {
        dropped(left.get());
        left = next(present);
      }
    }

    private static Optional<IndexRecord> next(Cursor<IndexRecord> cursor) {
      return cursor.hasNext() ? Optional.of(cursor.next()) : Optional.empty();
    }

    private void wanted(PlannedObject object, boolean isThere) {
      ObjectStore store = stores.get(object.repository());
      LayerPlan one;
      if (object.objects().stream().allMatch(store::isLocal)) {
        one = new LayerPlan(Amount.NONE, Amount.NONE.plus(object.size()), Amount.NONE, Amount.NONE);
      } else if (isThere) {
        one = new LayerPlan(Amount.NONE, Amount.NONE, Amount.NONE.plus(object.size()), Amount.NONE);
      } else {
        one = new LayerPlan(Amount.NONE.plus(object.size()), Amount.NONE, Amount.NONE, Amount.NONE);
      }
      plan = plan.plus(one);
    }

    private void dropped(IndexRecord object) {
      long bytes = object.members().stream().mapToLong(StoredMember::plainSize).sum();
      plan =
          plan.plus(new LayerPlan(Amount.NONE, Amount.NONE, Amount.NONE, Amount.NONE.plus(bytes)));
    }
  }
}
