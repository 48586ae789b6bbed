package dev.cvmfs.injector.layer;

import java.io.IOException;
import java.io.InputStream;

/**
 * The gzip member that a part of a longer stream was made of. If the part is not what the index
 * says, what comes out is not an object, and whoever proves it will see.
 */
final class SplicedMember extends InputStream {
  private final InputStream part;
  private final byte[] header = Gzip.header();
  private final byte[] trailer;
  private final Splice splice;
  private final long streamEnd;
  private final long end;
  private long position;

  /**
   * @param part the bytes of the part
   * @param member what the index says of it
   */
  SplicedMember(InputStream part, StoredMember member, Splice splice) {
    this.part = part;
    this.splice = splice;
    this.trailer = Gzip.trailer(member.crc(), member.plainSize());
    this.streamEnd = Gzip.HEADER + member.length() - splice.tail();
    this.end = streamEnd + Gzip.TRAILER;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int count;
    if (position < Gzip.HEADER) {
      count = Math.min(length, (int) (Gzip.HEADER - position));
      System.arraycopy(header, (int) position, bytes, from, count);
    } else if (position < streamEnd) {
      count = part.read(bytes, from, (int) Math.min(length, streamEnd - position));
      if (count > 0) {
        restore(bytes, from, count);
      }
    } else if (position < end) {
      count = Math.min(length, (int) (end - position));
      System.arraycopy(trailer, (int) (position - streamEnd), bytes, from, count);
    } else {
      return -1;
    }
    position += Math.max(count, 0);
    return count;
  }

  private void restore(byte[] bytes, int from, int count) {
    long offset = position - Gzip.HEADER;
    long marked = splice.finalBit() / 8 - offset;
    if (marked >= 0 && marked < count) {
      bytes[from + (int) marked] |= (byte) (1 << (splice.finalBit() & 7));
    }
    if (position + count == streamEnd && splice.used() > 0) {
      bytes[from + count - 1] |= (byte) (splice.padding() << splice.used());
    }
  }

  @Override
  public void close() throws IOException {
    part.close();
  }
}
