package dev.cvmfs.injector.layer;

/** A DEFLATE block whose content is not compressed (RFC 1951, 3.2.4), at a full byte. */
final class StoredBlock {
  static final int HEADER = 5;

  /** The most bytes that it can hold. */
  static final int MOST = 0xffff;

  private StoredBlock() {}

  /**
   * What comes before the content.
   *
   * @param last whether the stream ends with it
   */
  static byte[] header(int length, boolean last) {
    return new byte[] {
      (byte) (last ? 1 : 0),
      (byte) length,
      (byte) (length >> 8),
      (byte) ~length,
      (byte) (~length >> 8)
    };
  }
}
