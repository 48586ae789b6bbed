package dev.cvmfs.shrinkwrap.cvmfs.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The beginning of another stream. */
final class BoundedStream extends FilterInputStream {
  private long left;

  BoundedStream(InputStream in, long length) {
    super(in);
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int wanted) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = in.read(buffer, offset, (int) Math.min(wanted, left));
    left -= Math.max(count, 0);
    return count;
  }
}
