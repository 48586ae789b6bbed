package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.shrinkwrap.data.DataName;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger log = LoggerFactory.getLogger(LayerPlan.class);

  private static final int WINDOW_OBJECTS = 4096;

  /** Numbers of CVMFS objects, and bytes of what is in them. */
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
   * Plans. What comes from where is settled as it is for writing; a layer that is damaged is told
   * and not used any further, as it is then.
   *
   * @param sources with the layer that is there, if it is in our format
   */
  public static LayerPlan of(Slice slice, ObjectSources sources) throws IOException {
    Amount fetched = Amount.NONE;
    Amount cached = Amount.NONE;
    Amount reused = Amount.NONE;
    try (Cursor<PlannedObject> objects = slice.objects();
        WindowPlanner windows = new WindowPlanner(objects, sources)) {
      while (windows.hasNext()) {
        for (PlannedPart part : windows.next(WINDOW_OBJECTS, Long.MAX_VALUE)) {
          long bytes = part.object().size();
          if (part.local()) {
            cached = cached.plus(bytes);
          } else if (part.present().isPresent()) {
            reused = reused.plus(bytes);
          } else {
            fetched = fetched.plus(bytes);
          }
        }
      }
    }
    return new LayerPlan(fetched, cached, reused, dropped(slice, sources.present()));
  }

  private static Amount dropped(Slice slice, Optional<PresentLayer> layer) throws IOException {
    if (layer.isEmpty()) {
      return Amount.NONE;
    }
    Amount dropped = Amount.NONE;
    try (Cursor<PlannedObject> wanted = slice.objects();
        Cursor<IndexRecord> present = layer.get().index()) {
      Optional<DataName> next = nextName(wanted);
      while (present.hasNext()) {
        IndexRecord record = present.next();
        while (next.isPresent() && next.get().compareTo(record.name()) < 0) {
          next = nextName(wanted);
        }
        if (!next.equals(Optional.of(record.name()))) {
          for (StoredMember member : record.members()) {
            dropped = dropped.plus(member.plainSize());
          }
        }
      }
    } catch (LayerFormatException e) {
      log.debug("the old layer's objects are counted as far as they can be: {}", e.getMessage());
    }
    return dropped;
  }

  private static Optional<DataName> nextName(Cursor<PlannedObject> objects) {
    return objects.hasNext() ? Optional.of(objects.next().name()) : Optional.empty();
  }
}
