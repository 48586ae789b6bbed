package dev.cvmfs.injector.layer;

import java.util.Arrays;

/**
 * The frame of a gzip member (RFC 1952): ten bytes before the DEFLATE stream (no name, no time,
 * unknown operating system, so that the same content gives the same member everywhere), CRC-32 and
 * length after it.
 */
final class Gzip {
  static final int HEADER = 10;
  static final int TRAILER = 8;

  private static final byte[] PLAIN_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  /** Where the payload of {@link #empty} begins: behind the subfield's name and length. */
  static final int PAYLOAD = HEADER + 2 + 4;

  private static final byte FLAG_EXTRA = 4;

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

  /**
   * A member without content, whose header has an extra field with one subfield (§2.3.1.1).
   *
   * @param subfield two letters
   * @param payload of the subfield, less than 252 bytes
   * @param block an empty last block
   */
  static byte[] empty(String subfield, byte[] payload, byte[] block) {
    // CRC-32 and length, at the end, are zero.
    byte[] member = Arrays.copyOf(PLAIN_HEADER, PAYLOAD + payload.length + block.length + TRAILER);
    member[3] = FLAG_EXTRA;
    member[HEADER] = (byte) (4 + payload.length);
    member[HEADER + 2] = (byte) subfield.charAt(0);
    member[HEADER + 3] = (byte) subfield.charAt(1);
    member[HEADER + 4] = (byte) payload.length;
    System.arraycopy(payload, 0, member, PAYLOAD, payload.length);
    System.arraycopy(block, 0, member, PAYLOAD + payload.length, block.length);
    return member;
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
