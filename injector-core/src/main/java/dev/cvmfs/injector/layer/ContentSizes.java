package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How long the contents in a store are. A content is known by the first 64 bits of its hash, so
 * that one takes 16 bytes of memory.
 */
final class ContentSizes {
  private static final int KEY_DIGITS = 16;
  private static final int FIRST = 1024;

  private long[] keys = new long[FIRST];
  private long[] sizes = new long[FIRST];
  private int count;

  /** Adds a file of the store; they must come in the order of their names. */
  void add(DataName name, long size) {
    if (count == keys.length) {
      keys = Arrays.copyOf(keys, 2 * count);
      sizes = Arrays.copyOf(sizes, 2 * count);
    }
    // With the sign turned round, the order of the numbers is that of the names.
    keys[count] = ByteBuffer.wrap(name.content().digest()).getLong() ^ Long.MIN_VALUE;
    sizes[count] = size;
    count++;
  }

  /** Bytes of the content that a link into the store leads to; 0 if it leads elsewhere. */
  long of(ByteString target) {
    String name = target.toString();
    int file = name.lastIndexOf('/');
    if (file < 6 || name.length() < file + 1 + KEY_DIGITS) {
      return 0;
    }
    String digits =
        name.substring(file - 5, file - 3)
            + name.substring(file - 2, file)
            + name.substring(file + 1, file + 1 + KEY_DIGITS - 4);
    try {
      long key = Long.parseUnsignedLong(digits, 16) ^ Long.MIN_VALUE;
      int found = Arrays.binarySearch(keys, 0, count, key);
      return found < 0 ? 0 : sizes[found];
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
