package dev.cvmfs.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A blob on our side that can be read again from any offset, so that an upload can go on where it
 * was cut.
 */
public interface BlobSource {

  /** A blob in memory, of bytes that do not change. */
  static BlobSource of(byte[] bytes) {
    return offset -> {
      int from = Math.toIntExact(offset);
      return new ByteArrayInputStream(bytes, from, bytes.length - from);
    };
  }

  /** The blob from the given byte on (0 ≤ offset ≤ size); the caller closes the stream. */
  InputStream open(long offset) throws IOException;
}
