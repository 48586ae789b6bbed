package dev.cvmfs.injector.slice;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Records that sort by a key, and those with the same key by a position: the key, a zero byte, the
 * position (8 bytes, highest first), the body, and the length of the key (4 bytes). A key with
 * which another begins comes first, also where that one goes on with a zero, but not two.
 */
public final class KeyedRecord {
  private KeyedRecord() {}

  /**
   * A record.
   *
   * @param position 0 or more
   */
  public static byte[] of(byte[] key, long position, SliceCodec.Body body) {
    return SliceCodec.record(
        out -> {
          out.write(key);
          out.writeByte(0);
          out.writeLong(position);
          body.write(out);
          out.writeInt(key.length);
        });
  }

  public static byte[] key(byte[] record) {
    return Arrays.copyOf(record, keyLength(record));
  }

  public static long position(byte[] record) {
    return ByteBuffer.wrap(record).getLong(keyLength(record) + 1);
  }

  /** What was written behind key and position. */
  public static byte[] body(byte[] record) {
    int start = keyLength(record) + 1 + Long.BYTES;
    return Arrays.copyOfRange(record, start, record.length - Integer.BYTES);
  }

  /** The value that is the body. */
  public static <T> T body(byte[] record, SliceCodec.Parser<T> parser) {
    return SliceCodec.parse(body(record), 0, parser);
  }

  private static int keyLength(byte[] record) {
    return ByteBuffer.wrap(record).getInt(record.length - Integer.BYTES);
  }
}
