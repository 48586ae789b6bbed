package dev.cvmfs.shrinkwrap.spec;

/**
 * A specification that cannot be used: what is wrong, in which file and line, and what to write
 * instead.
 */
public final class SpecFailure extends RuntimeException {
  public SpecFailure(String message) {
    super(message);
  }

  public SpecFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
