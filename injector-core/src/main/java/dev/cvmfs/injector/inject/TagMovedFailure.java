package dev.cvmfs.injector.inject;

/** Somebody else keeps moving the tag while we work; what they published is left as it is. */
public final class TagMovedFailure extends RuntimeException {
  public TagMovedFailure(String message) {
    super(message);
  }
}
