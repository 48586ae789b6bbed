package dev.cvmfs.registry.testing;

/** What can happen to a connection in the middle. */
public enum Fault {
  /** Both sides see the end of the stream. */
  CUT,
  /** Both sides see a reset. */
  RESET,
  /** Nothing comes any more, and nobody says so, until the client gives up. */
  STALL,
  /** Every byte comes in a packet of its own for a while. */
  THROTTLE,
  /** One bit is another. */
  GARBLE,
  /** The receiver sees the end of the stream; the other direction stays open. */
  HALF_CLOSE;

  /** Whether the bytes that arrive are those that were sent, as far as they arrive. */
  public boolean isHonest() {
    return this != GARBLE;
  }
}
