package dev.cvmfs.registry.http;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When each host wants to hear from us again. What one thread was told by {@code Retry-After} holds
 * for all threads, or the others would be turned away too and make it worse; and so does the
 * interval that a user has asked for between any two requests.
 */
public final class HostGates {
  private final ConcurrentHashMap<Origin, Instant> closedUntil = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Origin, Instant> nextTurn = new ConcurrentHashMap<>();
  private final Duration interval;

  /**
   * @param interval the shortest time between two requests to a host; zero for none
   */
  public HostGates(Duration interval) {
    this.interval = interval;
  }

  void closeUntil(Origin origin, Instant instant) {
    closedUntil.merge(origin, instant, (old, latest) -> old.isAfter(latest) ? old : latest);
  }

  /** How long to wait before a request, whose turn this is then. */
  Duration turn(Origin origin, Instant now) {
    Instant open = latest(closedUntil.getOrDefault(origin, now), now);
    if (interval.isZero()) {
      return Duration.between(now, open);
    }
    Instant after =
        nextTurn.merge(
            origin, open.plus(interval), (next, first) -> latest(next.plus(interval), first));
    return Duration.between(now, after.minus(interval));
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
