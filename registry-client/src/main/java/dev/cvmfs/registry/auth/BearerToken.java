package dev.cvmfs.registry.auth;

import java.time.Duration;
import java.time.Instant;

/**
 * A token of a token server.
 *
 * @param value what to send
 * @param received when we got it, by our clock: servers' clocks are not to be relied on
 * @param lifetime how long it is good for
 */
record BearerToken(String value, Instant received, Duration lifetime) {

  /**
   * Whether it will still be good when the request gets there.
   *
   * @param margin how long the request may take; a token too short-lived for that is used for the
   *     first half of its life
   */
  boolean isFresh(Instant now, Duration margin) {
    Duration half = lifetime.dividedBy(2);
    Duration kept = margin.compareTo(half) < 0 ? margin : half;
    return now.isBefore(received.plus(lifetime).minus(kept));
  }

  @Override
  public String toString() {
    return "bearer token, good until " + received.plus(lifetime);
  }
}
