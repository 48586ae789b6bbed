package dev.cvmfs.shrinkwrap.cvmfs.network;

import java.io.IOException;

/** What came is not what was asked for: wrong hash, too long, not what it should be. */
public final class BadDataException extends IOException {
  public BadDataException(String message) {
    super(message);
  }
}
