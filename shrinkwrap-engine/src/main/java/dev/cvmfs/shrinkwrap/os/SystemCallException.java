package dev.cvmfs.shrinkwrap.os;

import java.io.IOException;

/** A system call that failed. The message says what was attempted, on what, and why it failed. */
public final class SystemCallException extends IOException {
  private final int number;

  SystemCallException(String attempt, int number) {
    super("cannot %s: %s".formatted(attempt, Errno.meaning(number)));
    this.number = number;
  }

  /** Whether it failed for this reason. */
  public boolean is(Errno errno) {
    return errno.is(number);
  }
}
