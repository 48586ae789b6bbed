package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.http.RequestBody;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A part of a blob on its way up. Trouble on our side is thrown unchecked, so that nobody takes it
 * for trouble on the line.
 */
record SourceBody(BlobSource source, long from, long to) implements RequestBody {
  private static final int BUFFER = 128 * 1024;

  @Override
  public long length() {
    return to - from;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    InputStream in = openSource();
    try {
      byte[] buffer = new byte[BUFFER];
      for (long position = from; position < to; ) {
        int read = readSource(in, buffer, (int) Math.min(buffer.length, to - position), position);
        out.write(buffer, 0, read);
        position += read;
      }
    } finally {
      closeSource(in);
    }
  }

  private InputStream openSource() {
    try {
      return source.open(from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int readSource(InputStream in, byte[] buffer, int length, long position) {
    try {
      int read = in.read(buffer, 0, length);
      if (read < 0) {
        throw new EOFException("the blob to upload ends at byte %d of %d".formatted(position, to));
      }
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void closeSource(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
