package dev.cvmfs.registry;

/**
 * What can go wrong between us and a registry. The message says what was attempted, on what, at
 * which host, why it failed and what to do; it never holds a secret.
 */
public abstract sealed class RegistryFailure extends RuntimeException {

  private RegistryFailure(String message) {
    super(message);
  }

  private RegistryFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** No or wrong credentials (401), or a token server that refuses. */
  public static final class Unauthorized extends RegistryFailure {
    public Unauthorized(String message) {
      super(message);
    }
  }

  /** The credentials are good but do not allow this (403). */
  public static final class Denied extends RegistryFailure {
    public Denied(String message) {
      super(message);
    }
  }

  /** No such repository, tag, manifest or blob. */
  public static final class NotFound extends RegistryFailure {
    public NotFound(String message) {
      super(message);
    }
  }

  /**
   * The registry refuses what we sent: immutable tag, quota, unknown media type, read-only mode.
   */
  public static final class Refused extends RegistryFailure {
    public Refused(String message) {
      super(message);
    }
  }

  /** Too many requests, and the wait it asks for is longer than we are willing to wait. */
  public static final class RateLimited extends RegistryFailure {
    public RateLimited(String message) {
      super(message);
    }
  }

  /** What came is not what was asked for: wrong digest, wrong size, not JSON, too large. */
  public static final class Corrupt extends RegistryFailure {
    public Corrupt(String message) {
      super(message);
    }
  }

  /** A kind of image or registry answer that this program does not handle. */
  public static final class Unsupported extends RegistryFailure {
    public Unsupported(String message) {
      super(message);
    }
  }

  /** The registry cannot be reached, breaks off or answers 5xx, and retrying did not help. */
  public static final class Transport extends RegistryFailure {
    public Transport(String message) {
      super(message);
    }

    public Transport(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
