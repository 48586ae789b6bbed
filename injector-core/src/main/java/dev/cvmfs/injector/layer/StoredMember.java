package dev.cvmfs.injector.layer;

/**
 * One gzip member that holds one CVMFS object.
 *
 * @param length bytes of the whole member
 * @param plainSize bytes of the object's plain content
 * @param crc CRC-32 of the plain content
 * @param zlibHeader the two bytes (CMF × 256 + FLG) that precede the DEFLATE stream in the object,
 *     or {@link #UNCOMPRESSED} if CVMFS stores the object as it is
 */
record StoredMember(long length, long plainSize, int crc, int zlibHeader) {
  static final int UNCOMPRESSED = -1;

  /** What zlib writes at its default level, and so what nearly all objects start with. */
  static final int USUAL_ZLIB_HEADER = 0x789c;
}
