package dev.cvmfs.shrinkwrap.survey;

import java.nio.ByteBuffer;

/**
 * Counts distinct hashes in 8 to 16 bytes each, by their first 64 bits: among ten million, two
 * distinct ones are taken for the same with a probability of one in a million.
 */
final class Fingerprints {
  private static final int FIRST_CAPACITY = 1 << 10;

  private long[] table = new long[FIRST_CAPACITY];
  private int size;

  /** Adds a hash; false if it was there before. */
  boolean add(byte[] hash) {
    long fingerprint = ByteBuffer.wrap(hash).getLong();
    // 0 stands for a free place.
    boolean added = insert(table, fingerprint == 0 ? 1 : fingerprint);
    if (added) {
      size++;
      if (size > table.length / 2) {
        grow();
      }
    }
    return added;
  }

  long size() {
    return size;
  }

  private void grow() {
    long[] larger = new long[table.length * 2];
    for (long fingerprint : table) {
      if (fingerprint != 0) {
        insert(larger, fingerprint);
      }
    }
    table = larger;
  }

  private static boolean insert(long[] table, long fingerprint) {
    int at = (int) (fingerprint >>> 20) & (table.length - 1);
    while (table[at] != 0) {
      if (table[at] == fingerprint) {
        return false;
      }
      at = (at + 1) & (table.length - 1);
    }
    table[at] = fingerprint;
    return true;
  }
}
