package dev.cvmfs.injector.layer;

/**
 * A layer that claims to be ours but is damaged or forged; the message says what is wrong with it.
 */
public final class LayerFormatException extends RuntimeException {
  public LayerFormatException(String message) {
    super(message);
  }

  public LayerFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
