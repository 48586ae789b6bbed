package dev.cvmfs.injector.layer;

/** The bytes at hand are not the object that a catalog names. */
final class ObjectMismatchException extends Exception {
  ObjectMismatchException(String message) {
    super(message);
  }
}
