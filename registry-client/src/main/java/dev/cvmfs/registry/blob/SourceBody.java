package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.http.RequestBody;
import java.io.IOException;
import java.io.OutputStream;

/** A part of a blob on its way up. */
record SourceBody(BlobSource source, long from, long to) implements RequestBody {
  private static final int BUFFER = 128 * 1024;

  @Override
  public long length() {
    return to - from;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (SourceReader reader = new SourceReader(source, from)) {
      for (long position = from; position < to; ) {
        int read = reader.read(buffer, (int) Math.min(buffer.length, to - position));
        out.write(buffer, 0, read);
        position += read;
      }
    }
  }
}
