package dev.cvmfs.shrinkwrap.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A stream cut into records that end with a certain byte; nothing but one record is in memory. */
final class Records {
  private static final int BUFFER = 1 << 16;

  /** The longest path takes four times 4096 bytes, where each is escaped. */
  static final int LONGEST = 1 << 16;

  private final InputStream in;
  private final byte end;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int filled;

  Records(InputStream in, char end) {
    this.in = in;
    this.end = (byte) end;
  }

  /** The next record without its end; of one that is too long, the beginning. */
  Optional<byte[]> next() throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream(256);
    boolean any = false;
    while (fill()) {
      any = true;
      int stop = at;
      while (stop < filled && buffer[stop] != end) {
        stop++;
      }
      int room = Math.max(0, LONGEST - record.size());
      record.write(buffer, at, Math.min(room, stop - at));
      at = stop + 1;
      if (stop < filled) {
        break;
      }
    }
    return any ? Optional.of(record.toByteArray()) : Optional.empty();
  }

  private boolean fill() throws IOException {
    if (at < filled) {
      return true;
    }
    at = 0;
    filled = Math.max(0, in.read(buffer));
    return filled > 0;
  }
}
