package dev.cvmfs.registry;

import java.time.Duration;

/** How the client waits; tests wait without waiting. */
@FunctionalInterface
public interface Sleeper {

  /** Waits for the given time, which is not negative. */
  void sleep(Duration duration) throws InterruptedException;
}
