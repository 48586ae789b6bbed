package dev.cvmfs.shrinkwrap.cvmfs.network;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The waits of one download: first a random part of the initial one, then doubled up to the cap.
 */
final class Backoff {
  private final NetworkSettings settings;
  private final RandomGenerator random;
  private final Sleeper sleeper;
  private Duration next = Duration.ZERO;

  Backoff(NetworkSettings settings, RandomGenerator random, Sleeper sleeper) {
    this.settings = settings;
    this.random = random;
    this.sleeper = sleeper;
  }

  void pause() {
    next =
        next.isZero()
            ? Duration.ofMillis(random.nextLong(settings.backoffInitial().toMillis() + 1))
            : next.multipliedBy(2);
    if (next.compareTo(settings.backoffMaximum()) > 0) {
      next = settings.backoffMaximum();
    }
    try {
      // A client that closes interrupts its threads; their connections are gone, so asking again
      // is useless.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      sleeper.sleep(next);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CvmfsFailure.Network("interrupted while waiting to ask a CVMFS server again", e);
    }
  }
}
