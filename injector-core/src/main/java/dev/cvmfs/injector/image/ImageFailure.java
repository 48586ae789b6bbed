package dev.cvmfs.injector.image;

/**
 * An image whose configuration or manifest cannot be worked on: broken, ambiguous, or of a kind
 * that has no place for a layer. The message says which document, why, and what to do.
 */
public final class ImageFailure extends RuntimeException {
  public ImageFailure(String message) {
    super(message);
  }

  public ImageFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
