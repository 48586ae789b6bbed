package dev.cvmfs.shrinkwrap.cvmfs.content;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates one zlib stream (RFC 1950) and insists that it is whole, alone and not longer than
 * allowed; what is wrong is a {@link CvmfsFailure.Data}, so that an {@link IOException} is always
 * about the stream underneath. (The JDK's own accepts bytes after the end, and CVMFS's accepts an
 * end that is missing.)
 */
public final class ZlibStream extends FilterInputStream {
  private static final int BUFFER = 1 << 15;

  private final String what;
  private final long limit;
  private final Inflater inflater = new Inflater();
  private final byte[] buffer = new byte[BUFFER];
  private long produced;
  private boolean finished;

  /**
   * @param what for messages: "object ab12…"
   * @param limit the most bytes that may come out
   */
  public ZlibStream(InputStream stored, String what, long limit) {
    super(stored);
    this.what = what;
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!finished) {
      int count = inflate(bytes, offset, length);
      if (count > 0) {
        produced += count;
        if (produced > limit) {
          throw new CvmfsFailure.Data(
              "%s inflates to more than the %,d bytes it should have".formatted(what, limit));
        }
        return count;
      }
      if (inflater.finished()) {
        finish();
      } else if (inflater.needsDictionary()) {
        throw new CvmfsFailure.Data("%s needs a zlib dictionary".formatted(what));
      } else if (inflater.needsInput()) {
        fill();
      }
    }
    return -1;
  }

  private int inflate(byte[] bytes, int offset, int length) {
    try {
      return inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      throw new CvmfsFailure.Data("%s is not zlib data: %s".formatted(what, e.getMessage()), e);
    }
  }

  private void fill() throws IOException {
    int count = in.read(buffer, 0, buffer.length);
    if (count < 0) {
      throw new CvmfsFailure.Data("%s ends in the middle of its zlib data".formatted(what));
    }
    inflater.setInput(buffer, 0, count);
  }

  private void finish() throws IOException {
    finished = true;
    if (inflater.getRemaining() > 0 || in.read() >= 0) {
      throw new CvmfsFailure.Data("%s has bytes after the end of its zlib data".formatted(what));
    }
  }

  @Override
  public long skip(long count) throws IOException {
    return readNBytes((int) Math.min(count, BUFFER)).length;
  }

  @Override
  public int available() {
    return 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    super.close();
  }
}
