package dev.cvmfs.registry.http;

import java.time.Duration;
import java.util.Optional;

/** Counts the attempts at one thing and waits between them; for one thread. */
public final class Retries {
  private final Waiting waiting;
  private int attempt = 1;

  Retries(Waiting waiting) {
    this.waiting = waiting;
  }

  /** Waits before the next attempt, or says that there is none left. */
  public boolean again() {
    if (attempt >= waiting.policy().attempts()) {
      return false;
    }
    waiting.backOff(attempt);
    attempt++;
    return true;
  }

  /**
   * Waits as the answer asks before the next attempt, or says that there is none: too many attempts
   * already, or a longer wait than we are willing to wait.
   */
  public boolean again(Origin origin, Headers answer) {
    Optional<Duration> asked = RetryAfter.of(answer, waiting.now());
    if (asked.isEmpty() || asked.get().isZero()) {
      return again();
    }
    if (asked.get().compareTo(waiting.policy().maxRetryAfter()) > 0) {
      return false;
    }
    waiting.closeGate(origin, asked.get());
    if (attempt >= waiting.policy().attempts()) {
      return false;
    }
    attempt++;
    return true;
  }

  /** Starts counting anew, because the last attempt got somewhere. */
  public void progress() {
    attempt = 1;
  }
}
