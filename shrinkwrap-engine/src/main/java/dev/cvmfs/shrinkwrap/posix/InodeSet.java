package dev.cvmfs.shrinkwrap.posix;

/** A set of inode numbers, in a few bytes each. Safe for use by several threads. */
final class InodeSet {
  private static final int SMALLEST = 1 << 10;

  /** Open addressing; 0 is a free place, and no file has inode 0. */
  private long[] table = new long[SMALLEST];

  private int size;

  synchronized boolean contains(long inode) {
    return table[place(inode)] == inode;
  }

  synchronized void add(long inode) {
    if (size * 2 > table.length) {
      long[] old = table;
      table = new long[old.length * 2];
      for (long known : old) {
        if (known != 0) {
          table[place(known)] = known;
        }
      }
    }
    int place = place(inode);
    if (table[place] == 0) {
      table[place] = inode;
      size++;
    }
  }

  synchronized int size() {
    return size;
  }

  private int place(long inode) {
    int mask = table.length - 1;
    int place = (int) ((inode * 0x9E37_79B9_7F4A_7C15L) >>> 32) & mask;
    while (table[place] != 0 && table[place] != inode) {
      place = (place + 1) & mask;
    }
    return place;
  }
}
