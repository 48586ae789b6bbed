package dev.cvmfs.injector.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What is to be unpacked, of which no more can be read at a time than could be needed. A gzip
 * header may have a name without an end, which whoever reads it keeps in memory; and blocks or
 * members without content may follow each other without an end.
 */
final class SparingInput extends FilterInputStream {
  private final long most;
  private long left;

  /**
   * @param most bytes until {@link #renew} is called again
   */
  SparingInput(InputStream in, long most) {
    super(in);
    this.most = most;
    this.left = most;
  }

  /** Something came of what was read, or is to come. */
  void renew() {
    left = most;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    if (left <= 0) {
      throw new LayerFormatException(
          "the layer has more than %d bytes that unpack to nothing".formatted(most));
    }
    int count = in.read(buffer, from, (int) Math.min(length, left));
    left -= Math.max(count, 0);
    return count;
  }

  /** What is skipped is read, so that it counts. */
  @Override
  public long skip(long count) throws IOException {
    byte[] waste = new byte[(int) Math.min(Math.max(count, 0), 8192)];
    int read = waste.length == 0 ? 0 : read(waste, 0, waste.length);
    return Math.max(read, 0);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
