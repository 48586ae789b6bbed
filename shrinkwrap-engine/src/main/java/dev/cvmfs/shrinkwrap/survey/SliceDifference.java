package dev.cvmfs.shrinkwrap.survey;

import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.util.Optional;

/** Which entries of a repository only one of two specifications includes. */
public final class SliceDifference {

  /** Takes entries as they are found, in the order of paths. */
  public interface Listener {
    /**
     * Takes an entry.
     *
     * @param inLeft whether the first specification is the one that includes it
     */
    void differs(Entry entry, boolean inLeft);
  }

  private SliceDifference() {}

  /** Walks the repository once for each of them, at the same time. */
  public static void list(
      Snapshot snapshot, Specification left, Specification right, Listener listener) {
    try (EntryCursor ours = snapshot.walk(left);
        EntryCursor theirs = snapshot.walk(right)) {
      Optional<Entry> one = next(ours);
      Optional<Entry> two = next(theirs);
      while (one.isPresent() || two.isPresent()) {
        int order = order(one, two);
        if (order < 0) {
          listener.differs(one.orElseThrow(), true);
        } else if (order > 0) {
          listener.differs(two.orElseThrow(), false);
        }
        if (order <= 0) {
          one = next(ours);
        }
        if (order >= 0) {
          two = next(theirs);
        }
      }
    }
  }

  private static int order(Optional<Entry> one, Optional<Entry> two) {
    if (one.isEmpty() || two.isEmpty()) {
      return one.isPresent() ? -1 : 1;
    }
    return one.get().path().compareTo(two.get().path());
  }

  private static Optional<Entry> next(EntryCursor entries) {
    return entries.hasNext() ? Optional.of(entries.next()) : Optional.empty();
  }
}
