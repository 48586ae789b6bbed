package dev.cvmfs.registry;

import java.time.Duration;

/**
 * How hard each host may be pressed, by all threads of a client together.
 *
 * @param requestsAtOnce how many requests may wait for the head of their answer, at least 1; bodies
 *     that are still being read do not count, nor do requests whose body is still being written
 * @param interval the shortest time from one request to the next; zero for none
 */
public record HostLimits(int requestsAtOnce, Duration interval) {

  /** 32 at once, without a pause. */
  public static final HostLimits USUAL = new HostLimits(32, Duration.ZERO);

  public HostLimits {
    if (requestsAtOnce < 1) {
      throw new IllegalArgumentException("at least one request at once, not " + requestsAtOnce);
    }
    if (interval.isNegative()) {
      throw new IllegalArgumentException("negative interval " + interval);
    }
  }
}
