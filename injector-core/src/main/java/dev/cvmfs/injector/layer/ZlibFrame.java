package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.nio.ByteBuffer;
import java.util.zip.Adler32;

/** What is around the DEFLATE stream in a zlib stream (RFC 1950). */
final class ZlibFrame {
  static final int HEADER = 2;
  static final int TRAILER = Integer.BYTES;

  private ZlibFrame() {}

  /**
   * The two bytes at the start, CMF × 256 + FLG.
   *
   * @param length how many bytes there are of the stream
   * @throws ObjectMismatchException if that is no start of a zlib stream
   */
  static int header(byte[] bytes, int from, int length, ObjectRef object)
      throws ObjectMismatchException {
    if (length < HEADER) {
      throw ObjectMismatchException.of(object, "it ends early");
    }
    int value = Byte.toUnsignedInt(bytes[from]) << 8 | Byte.toUnsignedInt(bytes[from + 1]);
    boolean deflate = (value >> 8 & 0x0f) == 8;
    boolean dictionary = (value & 0x20) != 0;
    if (!deflate || dictionary || value % 31 != 0) {
      throw ObjectMismatchException.of(object, "it is not a zlib stream");
    }
    return value;
  }

  /** The same two bytes again. */
  static byte[] header(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  /**
   * The hash of the zlib stream around a DEFLATE stream, which is that of an object as CVMFS stores
   * it.
   *
   * @param header the two bytes at the start
   * @param plain checksum of what the stream inflates to
   */
  static ContentHash hash(
      HashAlgorithm algorithm, int header, byte[] bytes, int from, int length, Adler32 plain) {
    ContentHasher hasher = algorithm.hasher();
    hasher.update(header(header), 0, HEADER);
    hasher.update(bytes, from, length);
    hasher.update(trailer(plain), 0, TRAILER);
    return hasher.finish();
  }

  /** The checksum at the end. */
  static byte[] trailer(Adler32 adler) {
    return ByteBuffer.allocate(TRAILER).putInt((int) adler.getValue()).array();
  }
}
