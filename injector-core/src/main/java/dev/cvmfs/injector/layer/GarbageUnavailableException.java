package dev.cvmfs.injector.layer;

/**
 * An object cannot be had that is wanted only to be kept: the layer is to be written without
 * garbage.
 */
public final class GarbageUnavailableException extends RuntimeException {
  GarbageUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
