package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.data.DataName;

/** An object cannot be had, and which file of the store wants it. */
final class ObjectUnavailableException extends RuntimeException {
  private final transient DataName file;
  private final CvmfsFailure failure;

  ObjectUnavailableException(DataName file, CvmfsFailure failure) {
    super(failure);
    this.file = file;
    this.failure = failure;
  }

  DataName file() {
    return file;
  }

  CvmfsFailure failure() {
    return failure;
  }
}
