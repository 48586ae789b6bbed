package dev.cvmfs.shrinkwrap.cvmfs.http;

/**
 * A part of a file.
 *
 * @param first its first byte, counted from 0
 * @param length bytes, at least one
 */
public record ByteRange(long first, long length) {
  public ByteRange {
    if (first < 0 || length < 1 || first > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException("no range: %d bytes from %d".formatted(length, first));
    }
  }

  /** The last byte. */
  public long last() {
    return first + length - 1;
  }

  /** As the value of the {@code Range} header, RFC 9110 section 14.2. */
  @Override
  public String toString() {
    return "bytes=" + first + "-" + last();
  }
}
