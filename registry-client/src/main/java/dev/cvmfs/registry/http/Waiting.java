package dev.cvmfs.registry.http;

import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.RegistryOptions.Sleeper;
import dev.cvmfs.registry.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** How the client waits: the policy, with the clock, sleep and chance it needs. */
public final class Waiting {
  private final RetryPolicy policy;
  private final InstantSource clock;
  private final Sleeper sleeper;
  private final RandomGenerator random;
  private final HostGates gates;

  public Waiting(
      RetryPolicy policy,
      InstantSource clock,
      Sleeper sleeper,
      RandomGenerator random,
      HostGates gates) {
    this.policy = policy;
    this.clock = clock;
    this.sleeper = sleeper;
    this.random = random;
    this.gates = gates;
  }

  /** A fresh count of attempts for something that may take several. */
  public Retries retries() {
    return new Retries(this);
  }

  RetryPolicy policy() {
    return policy;
  }

  Instant now() {
    return clock.instant();
  }

  /** Waits until the host wants to hear from us. */
  void atGate(Origin origin) {
    sleep(gates.turn(origin, now()));
  }

  void closeGate(Origin origin, Duration wait) {
    gates.closeUntil(origin, now().plus(wait));
  }

  /** A random wait before the attempt after the given one (from 1): "full jitter". */
  void backOff(int attempt) {
    long first = policy.firstDelay().toMillis();
    long bound = Math.min(policy.maxDelay().toMillis(), first << Math.min(attempt - 1, 20));
    sleep(Duration.ofMillis(bound <= 0 ? 0 : random.nextLong(bound + 1)));
  }

  private void sleep(Duration duration) {
    if (duration.isZero()) {
      return;
    }
    try {
      sleeper.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure.Transport("interrupted while waiting for a registry", e);
    }
  }
}
