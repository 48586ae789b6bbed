package dev.cvmfs.shrinkwrap.cvmfs.network;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Alternatives in order of preference, of which all threads use the same one until it fails. Some
 * time after leaving the first, the first is tried again.
 */
public final class Rotation<T> {
  private final List<T> members;
  private final Duration reset;
  private final Clock clock;
  private int current;
  private Instant leftFirst = Instant.EPOCH;

  /**
   * @param reset after which time the first is tried again; zero for never
   */
  public Rotation(List<T> members, Duration reset, Clock clock) {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("nothing to choose from");
    }
    this.members = List.copyOf(members);
    this.reset = reset;
    this.clock = clock;
  }

  public int size() {
    return members.size();
  }

  public synchronized T current() {
    returnToFirstWhenDue();
    return members.get(current);
  }

  /** All members, beginning with the current one. */
  public synchronized List<T> fromCurrent() {
    returnToFirstWhenDue();
    List<T> order = new ArrayList<>(members.subList(current, members.size()));
    order.addAll(members.subList(0, current));
    return order;
  }

  /** Moves on, unless another thread has already moved on from this member. */
  public synchronized void failed(T member) {
    if (members.get(current).equals(member)) {
      if (current == 0) {
        leftFirst = clock.instant();
      }
      current = (current + 1) % members.size();
    }
  }

  public synchronized void restart() {
    current = 0;
  }

  private void returnToFirstWhenDue() {
    if (current != 0 && !reset.isZero() && !clock.instant().isBefore(leftFirst.plus(reset))) {
      current = 0;
    }
  }
}
