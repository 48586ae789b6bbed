package dev.cvmfs.shrinkwrap.survey;

import dev.cvmfs.shrinkwrap.tree.LongSet;
import java.nio.ByteBuffer;

/**
 * Counts distinct hashes by their first 64 bits: among ten million, two distinct ones are taken for
 * the same with a probability of one in a million.
 */
final class Fingerprints {
  private final LongSet seen = new LongSet();

  /** Adds a hash; false if it was there before. */
  boolean add(byte[] hash) {
    return seen.add(ByteBuffer.wrap(hash).getLong());
  }

  long size() {
    return seen.size();
  }
}
