package dev.cvmfs.shrinkwrap.cvmfs.network;

import java.time.Duration;

/** Waits; tests count instead. */
public interface Sleeper {
  void sleep(Duration duration) throws InterruptedException;

  static Sleeper system() {
    return duration -> Thread.sleep(duration.toMillis());
  }
}
