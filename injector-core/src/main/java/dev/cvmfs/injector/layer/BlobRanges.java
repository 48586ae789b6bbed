package dev.cvmfs.injector.layer;

import java.io.IOException;
import java.io.InputStream;

/** A blob of which parts can be read: in a registry that serves ranges, or in a file. */
public interface BlobRanges {

  /** Bytes of the whole blob. */
  long size();

  /**
   * Exactly {@code length} bytes from {@code offset} on, unproven; the caller closes the stream.
   */
  InputStream open(long offset, long length) throws IOException;
}
