package dev.cvmfs.injector.layer;

import java.util.zip.DataFormatException;

/**
 * Inflates DEFLATE streams (RFC 1951) that lie in memory as a whole. For one thread, any number of
 * streams, to be closed.
 */
interface WholeInflater extends AutoCloseable {

  /**
   * Inflates a stream whose content is as long as is known.
   *
   * @param in holds the stream, and whatever follows it, from {@code from} on up to {@code to}
   * @param out takes the content from {@code at} on, {@code length} bytes
   * @return where the stream ends in {@code in}
   * @throws DataFormatException if it is no stream, has no end, or more or less comes out of it
   */
  int inflate(byte[] in, int from, int to, byte[] out, int at, int length)
      throws DataFormatException;

  @Override
  void close();
}
