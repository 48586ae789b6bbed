package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.http.RequestBody;
import java.io.IOException;
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
    try (SourceReader reader = new SourceReader(source, 0)) {
      long position = 0;
      for (long there = spooled.await(1); there > position; there = spooled.await(position + 1)) {
        int read = reader.read(buffer, (int) Math.min(buffer.length, there - position));
        out.write(buffer, 0, read);
        out.flush();
        position += read;
        requireWanted();
      }
      requireWanted();
    }
  }

  /** Unchecked, so that nobody takes it for trouble on the line. */
  private void requireWanted() {
    if (spooled.isUnwanted()) {
      throw new UncheckedIOException(new IOException("the upload was given up"));
    }
  }
}
