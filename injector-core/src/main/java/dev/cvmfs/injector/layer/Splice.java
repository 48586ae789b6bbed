package dev.cvmfs.injector.layer;

/**
 * How an object's DEFLATE stream was changed to become a part of a longer one: the bit that marks
 * its last block is cleared, and behind its last bit stands an empty stored block, which ends at a
 * full byte ({@code 00 00 ff ff}). That and nothing else has to be undone to have the object back.
 *
 * @param finalBit which bit was cleared, counted from the start of the stream
 * @param used how many bits of the stream's last byte belong to it, 0 if all do
 * @param padding what the other bits of that byte were; zero in what zlib makes
 */
record Splice(long finalBit, int used, int padding) {
  /** The empty stored block without the bits before its length. */
  static final byte[] EMPTY_BLOCK = {0, 0, (byte) 0xff, (byte) 0xff};

  /** Three bits say that a stored block begins; they must fit into what is left of the byte. */
  private static final int MOST_USED = 5;

  Splice {
    if (finalBit < 0 || used < 0 || used > 7 || padding < 0 || padding >= 1 << (8 - used)) {
      throw new IllegalArgumentException(
          "no splice: %d, %d, %d".formatted(finalBit, used, padding));
    }
    if (used == 0 && padding != 0) {
      throw new IllegalArgumentException("padding of a full byte");
    }
  }

  /** Whether a byte of zeros comes before the empty block's length. */
  boolean needsByte() {
    return used == 0 || used > MOST_USED;
  }

  /** Bytes that follow the stream's own in the longer one. */
  int tail() {
    return EMPTY_BLOCK.length + (needsByte() ? 1 : 0);
  }
}
