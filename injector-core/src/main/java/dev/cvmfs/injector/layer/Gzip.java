package dev.cvmfs.injector.layer;

/**
 * The frame of a gzip member (RFC 1952): ten bytes before the DEFLATE stream (no name, no time,
 * unknown operating system, so that the same content gives the same member everywhere), CRC-32 and
 * length after it.
 */
final class Gzip {
  static final int HEADER = 10;
  static final int TRAILER = 8;

  private static final byte[] PLAIN_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private Gzip() {}

  static byte[] header() {
    return PLAIN_HEADER.clone();
  }

  /**
   * @param plainSize bytes of content; its lowest 32 bits are stored
   */
  static byte[] trailer(int crc, long plainSize) {
    byte[] trailer = new byte[TRAILER];
    LittleEndian.putInt(trailer, 0, crc);
    LittleEndian.putInt(trailer, 4, (int) plainSize);
    return trailer;
  }

  /** A whole member around a DEFLATE stream. */
  static byte[] member(byte[] deflated, int crc, long plainSize) {
    byte[] member = new byte[HEADER + deflated.length + TRAILER];
    System.arraycopy(PLAIN_HEADER, 0, member, 0, HEADER);
    System.arraycopy(deflated, 0, member, HEADER, deflated.length);
    System.arraycopy(trailer(crc, plainSize), 0, member, HEADER + deflated.length, TRAILER);
    return member;
  }
}
