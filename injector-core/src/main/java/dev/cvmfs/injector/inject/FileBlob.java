package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.layer.BlobRanges;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * A blob in a file.
 *
 * @param size bytes of it
 */
record FileBlob(Path file, long size) implements BlobRanges {
  @Override
  public InputStream open(long offset, long length) throws IOException {
    return FileRange.open(file, offset, length);
  }
}
