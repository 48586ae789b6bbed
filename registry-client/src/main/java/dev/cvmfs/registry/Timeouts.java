package dev.cvmfs.registry;

import java.time.Duration;

/**
 * How long to wait for the other side.
 *
 * @param connect for a connection, including TLS
 * @param read for the next byte of an answer
 * @param commit for the answer to a finished upload: registries hash and copy the whole blob before
 *     they answer (seconds per gigabyte)
 */
public record Timeouts(Duration connect, Duration read, Duration commit) {

  /** 20 seconds, 60 seconds, 15 minutes. */
  public static final Timeouts USUAL =
      new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofMinutes(15));

  public Timeouts {
    for (Duration each : new Duration[] {connect, read, commit}) {
      if (each.isNegative() || each.isZero() || each.toMillis() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("not a usable time-out: " + each);
      }
    }
  }
}
