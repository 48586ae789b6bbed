package dev.cvmfs.injector.inject;

/** An image that cannot be worked on: what is wrong with it, and what to do. */
public final class ImageFailure extends RuntimeException {
  public ImageFailure(String message) {
    super(message);
  }

  public ImageFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
