package dev.cvmfs.injector.image;

/**
 * An image whose configuration or manifest cannot be worked on: broken, ambiguous, or of a kind
 * that has no place for a layer. The message says which document, why, and what to do; what it
 * quotes from the image is fit to be shown on a terminal.
 */
public final class ImageFailure extends RuntimeException {
  private static final int LONGEST_MESSAGE = 2000;

  public ImageFailure(String message) {
    super(Printable.of(message, LONGEST_MESSAGE));
  }

  public ImageFailure(String message, Throwable cause) {
    super(Printable.of(message, LONGEST_MESSAGE), cause);
  }
}
