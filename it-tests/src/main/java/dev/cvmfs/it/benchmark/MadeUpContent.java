package dev.cvmfs.it.benchmark;

import dev.cvmfs.shrinkwrap.publisher.Content;
import java.io.InputStream;
import java.util.Random;

/**
 * Content that compresses about as well as what it stands for: pieces of earlier bytes among new
 * ones, more or less of them, and the new ones out of a small or a large alphabet. The same for the
 * same seed, and takes no memory.
 *
 * @param alphabet how many values new bytes have
 * @param newIn100 how many of a hundred pieces are new bytes
 */
record MadeUpContent(long seed, long size, int alphabet, int newIn100) implements Content {
  private static final int WINDOW = 1 << 14;

  /** Compresses to about half. */
  static MadeUpContent library(long seed, long size) {
    return new MadeUpContent(seed, size, 256, 42);
  }

  /** Compresses to about a third. */
  static MadeUpContent text(long seed, long size) {
    return new MadeUpContent(seed, size, 60, 45);
  }

  /** Compresses to about a quarter. */
  static MadeUpContent python(long seed, long size) {
    return new MadeUpContent(seed, size, 40, 30);
  }

  @Override
  public InputStream open() {
    return new Pieces();
  }

  private final class Pieces extends InputStream {
    private final Random random = new Random(seed);
    private final byte[] window = new byte[WINDOW];
    private long position;
    private int left;
    private int distance;

    @Override
    public int read() {
      if (position == size) {
        return -1;
      }
      if (left == 0) {
        left = 4 + random.nextInt(28);
        boolean isNew = position < WINDOW / 4 || random.nextInt(100) < newIn100;
        distance = isNew ? 0 : 1 + random.nextInt((int) Math.min(position, WINDOW - 1));
      }
      byte value =
          distance == 0
              ? (byte) (' ' + random.nextInt(alphabet))
              : window[(int) ((position - distance) % WINDOW)];
      window[(int) (position % WINDOW)] = value;
      position++;
      left--;
      return Byte.toUnsignedInt(value);
    }

    @Override
    public int read(byte[] buffer, int from, int length) {
      int count = 0;
      while (count < length && position < size) {
        buffer[from + count++] = (byte) read();
      }
      return count == 0 && length > 0 ? -1 : count;
    }
  }
}
