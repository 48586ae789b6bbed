package dev.cvmfs.registry;

import java.time.Duration;

/**
 * How often and how patiently a request is repeated.
 *
 * @param attempts how often in all, at least 1
 * @param firstDelay upper bound of the first wait; it doubles each time, and the wait is drawn at
 *     random below it ("full jitter")
 * @param maxDelay where the doubling ends
 * @param maxRetryAfter the longest wait a registry may ask for with {@code Retry-After}; above it
 *     the client gives up at once
 */
public record RetryPolicy(
    int attempts, Duration firstDelay, Duration maxDelay, Duration maxRetryAfter) {

  /** 6 attempts, from half a second to 30 seconds, {@code Retry-After} up to 5 minutes. */
  public static final RetryPolicy USUAL =
      new RetryPolicy(6, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMinutes(5));

  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("at least one attempt, not " + attempts);
    }
    if (firstDelay.isNegative() || maxDelay.compareTo(firstDelay) < 0) {
      throw new IllegalArgumentException("delays from %s to %s".formatted(firstDelay, maxDelay));
    }
    if (maxRetryAfter.isNegative()) {
      throw new IllegalArgumentException("negative longest wait " + maxRetryAfter);
    }
  }
}
