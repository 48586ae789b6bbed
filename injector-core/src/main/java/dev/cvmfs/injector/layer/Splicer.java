package dev.cvmfs.injector.layer;

import java.io.IOException;
import java.util.Arrays;

/**
 * Turns gzip members, one after the other, into parts of one DEFLATE stream, each of which begins
 * and ends at a full byte; see {@link Splice}.
 */
final class Splicer {
  private static final int BUFFER = 1 << 17;

  private final ObjectCopier.Sink out;
  private final DeflateWalker walker = new DeflateWalker();

  // Eight more, since the walker looks at eight bytes at a time.
  private final byte[] buffer = new byte[BUFFER + Long.BYTES];
  private int headerLeft = Gzip.HEADER;
  private int length;
  private long bit;
  private long written;
  private long finalBit;

  /**
   * @param out takes the parts
   */
  Splicer(ObjectCopier.Sink out) {
    this.out = out;
  }

  /** A piece of a member. */
  void write(byte[] bytes, int from, int count) throws IOException {
    int skipped = Math.min(headerLeft, count);
    headerLeft -= skipped;
    int at = from + skipped;
    int left = count - skipped;
    while (left > 0) {
      int piece = Math.min(left, BUFFER - length);
      System.arraycopy(bytes, at, buffer, length, piece);
      length += piece;
      at += piece;
      left -= piece;
      if (length == BUFFER) {
        walk(false);
        pass((int) (bit >>> 3));
      }
    }
  }

  private void walk(boolean complete) {
    bit =
        walker.walk(
            buffer,
            bit,
            length,
            complete,
            last -> {
              buffer[(int) (last >>> 3)] &= (byte) ~(1 << (last & 7));
              finalBit = 8 * written + last;
            });
  }

  /** Gives out bytes that the walk has passed. */
  private void pass(int count) throws IOException {
    out.write(buffer, 0, count);
    System.arraycopy(buffer, count, buffer, 0, length - count);
    length -= count;
    bit -= 8L * count;
    written += count;
  }

  /**
   * Ends the member.
   *
   * @return what has been done to it
   */
  Splice finish() throws IOException {
    walk(true);
    int used = (int) (bit & 7);
    int stream = (int) ((bit + 7) >>> 3);
    if (!walker.isAtEnd() || length - stream != Gzip.TRAILER) {
      throw new IllegalStateException("not a gzip member");
    }
    int last = used == 0 ? 0 : buffer[stream - 1] & 0xff;
    Splice splice = new Splice(finalBit, used, last >>> used);
    if (used > 0) {
      buffer[stream - 1] = (byte) (last & ((1 << used) - 1));
    }
    pass(stream);
    byte[] tail = new byte[splice.tail()];
    System.arraycopy(
        Splice.EMPTY_BLOCK,
        0,
        tail,
        tail.length - Splice.EMPTY_BLOCK.length,
        Splice.EMPTY_BLOCK.length);
    out.write(tail, 0, tail.length);
    Arrays.fill(buffer, 0, length, (byte) 0);
    walker.reset();
    headerLeft = Gzip.HEADER;
    length = 0;
    bit = 0;
    written = 0;
    return splice;
  }
}
