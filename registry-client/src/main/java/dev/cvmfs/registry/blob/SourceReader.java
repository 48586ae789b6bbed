package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Reads a blob on our side for its way up. Trouble there is thrown unchecked, so that nobody takes
 * it for trouble on the line.
 */
final class SourceReader implements AutoCloseable {
  private final InputStream in;
  private long position;

  SourceReader(BlobSource source, long from) {
    try {
      in = source.open(from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    position = from;
  }

  /** Reads some of the bytes that have to be there, and says how many. */
  int read(byte[] buffer, int length) {
    try {
      int read = in.read(buffer, 0, length);
      if (read < 0) {
        throw new EOFException("the blob to upload ends at byte %d, too early".formatted(position));
      }
      position += read;
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
