package dev.cvmfs.conf;

/** A configuration that cannot be used: what is wrong, where (file and line), and what to do. */
public final class ConfFailure extends RuntimeException {
  public ConfFailure(String message) {
    super(message);
  }

  public ConfFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
