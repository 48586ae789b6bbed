package dev.cvmfs.injector.layer;

/** The layer at hand is not the one that its slice gives; the message says where that showed. */
final class UnprovenLayerException extends RuntimeException {
  UnprovenLayerException(String message) {
    super(message);
  }

  UnprovenLayerException(String message, Throwable cause) {
    super(message, cause);
  }
}
