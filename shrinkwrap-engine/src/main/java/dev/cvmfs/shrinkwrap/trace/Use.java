package dev.cvmfs.shrinkwrap.trace;

/** How a path was used; a later one implies more. */
public enum Use {
  /** It was looked at: attributes, a link's target. */
  LOOKED_AT(1),
  /** Its content was opened. */
  OPENED(2),
  /** It was listed, so it is a directory. */
  LISTED(3);

  private final byte strength;

  Use(int strength) {
    this.strength = (byte) strength;
  }

  /** Greater for one that implies more; never 0. */
  byte strength() {
    return strength;
  }
}
