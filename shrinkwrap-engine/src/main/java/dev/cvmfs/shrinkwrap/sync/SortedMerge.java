package dev.cvmfs.shrinkwrap.sync;

import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Merges two streams that are sorted by the same order into the changes that lead from the present
 * one to the wanted one. Neither is held in memory. Elements of the same rank are compared by
 * {@code equals}.
 */
public final class SortedMerge<T> implements Iterator<Change<T>> {
  private final Iterator<T> present;
  private final Iterator<T> wanted;
  private final Comparator<T> order;
  private Optional<T> presentHead;
  private Optional<T> wantedHead;

  public SortedMerge(Iterator<T> present, Iterator<T> wanted, Comparator<T> order) {
    this.present = present;
    this.wanted = wanted;
    this.order = order;
    this.presentHead = advance(present);
    this.wantedHead = advance(wanted);
  }

  private static <T> Optional<T> advance(Iterator<T> iterator) {
    return iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
  }

  @Override
  public boolean hasNext() {
    return presentHead.isPresent() || wantedHead.isPresent();
  }

  @Override
  public Change<T> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Optional<T> left = presentHead;
    Optional<T> right = wantedHead;
    int rank = left.isEmpty() ? 1 : right.isEmpty() ? -1 : order.compare(left.get(), right.get());
    if (rank <= 0) {
      presentHead = advance(present);
    }
    if (rank >= 0) {
      wantedHead = advance(wanted);
    }
    if (rank < 0) {
      return new Change.Removed<>(left.orElseThrow());
    }
    T added = right.orElseThrow();
    if (rank > 0) {
      return new Change.Added<>(added);
    }
    T before = left.orElseThrow();
    return before.equals(added) ? new Change.Kept<>(before) : new Change.Changed<>(before, added);
  }
}
