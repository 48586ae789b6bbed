package dev.cvmfs.injector.layer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Large byte arrays that are used again and again: without it, every megabyte of content would be
 * another array that the collector has to find room for among whole regions of the heap.
 *
 * <p>Arrays come in a few sizes, each a little below a power of two mebibytes, so that with its
 * header it just fits into that many regions of G1. For any number of threads.
 */
final class ArrayPool {
  /** The smallest array: what a batch of small objects fits into. */
  static final int LEAST = (1 << 20) - 64;

  /** The largest. */
  static final int MOST = (16 << 20) - 64;

  private final long mostKept;
  private final TreeMap<Integer, Deque<byte[]>> free = new TreeMap<>();
  private long kept;

  /**
   * @param mostKept bytes in arrays that nobody uses
   */
  ArrayPool(long mostKept) {
    this.mostKept = mostKept;
  }

  /**
   * The length of the array that one gets who asks for so much.
   *
   * @param length at most {@link #MOST}
   */
  static int sizeFor(long length) {
    if (length > MOST) {
      throw new IllegalArgumentException("too large for the pool: " + length);
    }
    int size = LEAST;
    while (size < length) {
      size = 2 * (size + 64) - 64;
    }
    return size;
  }

  /** An array of at least this length, with anything in it. */
  byte[] take(long length) {
    int size = sizeFor(length);
    synchronized (this) {
      Deque<byte[]> arrays = free.get(size);
      if (arrays != null && !arrays.isEmpty()) {
        kept -= size;
        return arrays.pop();
      }
    }
    return new byte[size];
  }

  /** An array that came from here and is not used any more. */
  synchronized void giveBack(byte[] array) {
    free.computeIfAbsent(array.length, size -> new ArrayDeque<>()).push(array);
    kept += array.length;
    while (kept > mostKept) {
      // The large ones are rare, and each stands for many small ones.
      Map.Entry<Integer, Deque<byte[]>> largest = free.lastEntry();
      if (largest.getValue().isEmpty()) {
        free.remove(largest.getKey());
      } else {
        kept -= largest.getValue().pop().length;
      }
    }
  }
}
