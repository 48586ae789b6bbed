package dev.cvmfs.registry.layout;

import dev.cvmfs.registry.RegistryFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** A number of bytes of a file, all of them or a failure. */
final class PartStream extends FilterInputStream {
  private final Traffic traffic;
  private final Path file;
  private long left;

  PartStream(InputStream in, long length, Traffic traffic, Path file) {
    super(in);
    this.left = length;
    this.traffic = traffic;
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (left == 0 && length > 0) {
      return -1;
    }
    int read = in.read(bytes, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw new RegistryFailure.Corrupt(
          "Cannot read %s: it ends %d bytes too early".formatted(file, left));
    }
    left -= read;
    traffic.read(read);
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = in.skip(Math.min(Math.max(count, 0), left));
    left -= skipped;
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(in.available(), left);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
