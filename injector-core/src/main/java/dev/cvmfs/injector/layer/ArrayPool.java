package dev.cvmfs.injector.layer;

import java.util.ArrayDeque;
import java.util.Deque;
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

  private final long most;
  private final TreeMap<Integer, Deque<byte[]>> free = new TreeMap<>();
  private long used;
  private long kept;

  /**
   * @param most bytes in arrays, used or not, above which those that nobody uses are dropped
   */
  ArrayPool(long most) {
    this.most = most;
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
      used += size;
      Deque<byte[]> arrays = free.get(size);
      if (arrays != null && !arrays.isEmpty()) {
        kept -= size;
        return arrays.pop();
      }
      dropSpare();
    }
    return new byte[size];
  }

  /** An array that came from here and is not used any more. */
  synchronized void giveBack(byte[] array) {
    free.computeIfAbsent(array.length, size -> new ArrayDeque<>()).push(array);
    used -= array.length;
    kept += array.length;
    dropSpare();
  }

  /** Small ones first: they are many, and are the same to those who need them. */
  private void dropSpare() {
    while (kept > 0 && used + kept > most) {
      Deque<byte[]> smallest = free.firstEntry().getValue();
      if (smallest.isEmpty()) {
        free.pollFirstEntry();
      } else {
        kept -= smallest.pop().length;
      }
    }
  }
}
