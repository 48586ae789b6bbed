package dev.cvmfs.shrinkwrap.tree;

/** A set of numbers, such as inodes or parts of hashes, in 8 to 32 bytes each. Thread-safe. */
public final class LongSet {
  private static final int SMALLEST = 1 << 10;

  /** Open addressing; 0 is a free place. */
  private long[] table = new long[SMALLEST];

  private int size;
  private boolean hasZero;

  public synchronized boolean contains(long number) {
    return number == 0 ? hasZero : table[place(number)] == number;
  }

  /** Adds a number; false if it was there before. */
  public synchronized boolean add(long number) {
    if (contains(number)) {
      return false;
    }
    size++;
    if (number == 0) {
      hasZero = true;
      return true;
    }
    if (size * 2 > table.length) {
      grow();
    }
    table[place(number)] = number;
    return true;
  }

  public synchronized int size() {
    return size;
  }

  private void grow() {
    long[] old = table;
    table = new long[old.length * 2];
    for (long known : old) {
      if (known != 0) {
        table[place(known)] = known;
      }
    }
  }

  /** Where the number is, or would be. */
  private int place(long number) {
    int mask = table.length - 1;
    int place = (int) ((number * 0x9E37_79B9_7F4A_7C15L) >>> 32) & mask;
    while (table[place] != 0 && table[place] != number) {
      place = (place + 1) & mask;
    }
    return place;
  }
}
