package dev.cvmfs.registry;

import java.io.IOException;
import java.io.InputStream;

/**
 * A blob on our side that can be read again from any offset, so that an upload can go on where it
 * was cut.
 */
public interface BlobSource {

  /** The blob from the given byte on (0 ≤ offset ≤ size); the caller closes the stream. */
  InputStream open(long offset) throws IOException;
}
