package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.http.RequestBody;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** All of a spool, as it grows. Its length is known when it is sent. */
record GrowingBody(BlobSource source, Spooled spooled) implements RequestBody {
  private static final int BUFFER = 128 * 1024;

  @Override
  public long length() {
    return UNKNOWN;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (Reader reader = new Reader(source)) {
      long position = 0;
      for (long there = spooled.await(1); there > position; there = spooled.await(position + 1)) {
        int read = reader.read(buffer, (int) Math.min(buffer.length, there - position));
        out.write(buffer, 0, read);
        out.flush();
        position += read;
        reader.checkWanted(spooled);
      }
      reader.checkWanted(spooled);
    }
  }

  /** Trouble on our side is thrown unchecked, so that nobody takes it for trouble on the line. */
  private static final class Reader implements AutoCloseable {
    private final InputStream in;

    Reader(BlobSource source) {
      try {
        in = source.open(0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    int read(byte[] buffer, int length) {
      try {
        int read = in.read(buffer, 0, length);
        if (read < 0) {
          throw new EOFException("the spool of an upload has fewer bytes than it should");
        }
        return read;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void checkWanted(Spooled spooled) {
      if (spooled.isUnwanted()) {
        throw new UncheckedIOException(new IOException("the upload was given up"));
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
}
