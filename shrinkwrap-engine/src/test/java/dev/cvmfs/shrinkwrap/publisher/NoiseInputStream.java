package dev.cvmfs.shrinkwrap.publisher;

import java.io.InputStream;
import java.util.SplittableRandom;

/** A stream of pseudo-random bytes of a given length. */
final class NoiseInputStream extends InputStream {
  private final SplittableRandom random;
  private long left;

  NoiseInputStream(long seed, long size) {
    this.random = new SplittableRandom(seed);
    this.left = size;
  }

  @Override
  public int read() {
    if (left == 0) {
      return -1;
    }
    left--;
    // One number a byte keeps the bytes independent of how the stream is read.
    return random.nextInt(256);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    if (left == 0 && length > 0) {
      return -1;
    }
    int count = (int) Math.min(length, left);
    for (int i = 0; i < count; i++) {
      buffer[offset + i] = (byte) random.nextInt(256);
    }
    left -= count;
    return count;
  }
}
