package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectRef;

/** Bytes that should be an object are not that object. */
final class ObjectMismatchException extends Exception {
  private static final long serialVersionUID = 1;

  private ObjectMismatchException(String message) {
    super(message);
  }

  /**
   * @param what is wrong with them
   */
  static ObjectMismatchException of(ObjectRef object, String what) {
    return new ObjectMismatchException(
        "this is not object %s of %d bytes: %s".formatted(object.hash(), object.size(), what));
  }

  /**
   * @throws ObjectMismatchException if that is not the object's hash
   */
  static void requireHash(ContentHash actual, ObjectRef object) throws ObjectMismatchException {
    if (!actual.equals(object.hash())) {
      throw of(object, "its hash is " + actual);
    }
  }
}
