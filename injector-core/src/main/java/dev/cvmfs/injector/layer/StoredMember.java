package dev.cvmfs.injector.layer;

import java.io.InputStream;
import java.util.Optional;

/**
 * One gzip member that holds one CVMFS object.
 *
 * @param length bytes of the whole member
 * @param plainSize bytes of the object's plain content
 * @param crc CRC-32 of the plain content
 * @param zlibHeader the two bytes (CMF × 256 + FLG) that precede the DEFLATE stream in the object,
 *     or {@link #UNCOMPRESSED} if CVMFS stores the object as it is
 * @param splice what was changed, if it is not a member but a part of a longer one, of which {@code
 *     length} is the length then
 */
record StoredMember(long length, long plainSize, int crc, int zlibHeader, Optional<Splice> splice) {
  static final int UNCOMPRESSED = -1;

  /** What zlib writes at its default level, and so what nearly all objects start with. */
  static final int USUAL_ZLIB_HEADER = 0x789c;

  /** A member of its own. */
  StoredMember(long length, long plainSize, int crc, int zlibHeader) {
    this(length, plainSize, crc, zlibHeader, Optional.empty());
  }

  /** The same as a part of a longer member. */
  StoredMember spliced(long partLength, Splice how) {
    return new StoredMember(partLength, plainSize, crc, zlibHeader, Optional.of(how));
  }

  /** Whether they hold the same object, wherever it lies. */
  boolean isSameObject(StoredMember other) {
    return plainSize == other.plainSize && crc == other.crc && zlibHeader == other.zlibHeader;
  }

  /**
   * The gzip member.
   *
   * @param stored what lies in the blob
   */
  InputStream open(InputStream stored) {
    return splice.<InputStream>map(how -> new SplicedMember(stored, this, how)).orElse(stored);
  }
}
