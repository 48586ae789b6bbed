package dev.cvmfs.registry.http;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When each host wants to hear from us again. What one thread was told by {@code Retry-After} holds
 * for all threads, or the others would be turned away too and make it worse.
 */
public final class HostGates {
  private final ConcurrentHashMap<Origin, Instant> closedUntil = new ConcurrentHashMap<>();

  void closeUntil(Origin origin, Instant instant) {
    closedUntil.merge(origin, instant, (old, latest) -> old.isAfter(latest) ? old : latest);
  }

  /** How long the host still wants to be left alone. */
  Duration remaining(Origin origin, Instant now) {
    Instant until = closedUntil.getOrDefault(origin, Instant.MIN);
    return until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
  }
}
