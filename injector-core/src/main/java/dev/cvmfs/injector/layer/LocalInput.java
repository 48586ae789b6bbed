package dev.cvmfs.injector.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Bytes of a layer before they are unpacked. That they cannot be read is a failure of this
 * machine's disk ({@link UncheckedIOException}); that they cannot be unpacked, which is an {@code
 * IOException} too, is the layer's.
 */
final class LocalInput extends FilterInputStream {
  LocalInput(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    try {
      return in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    try {
      return in.read(buffer, from, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    try {
      return in.skip(count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
