package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.data.MetaHash;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The index, content of {@code .data/.index}: eight bytes {@code "CVMFSIX1"}, then for every {@code
 * .data} file, in the order of their names, where its members are. Records follow each other
 * without a frame, so that millions of them stream:
 *
 * <pre>
 * u8      flags: bits 0-1 hash algorithm (0 SHA-1, 1 RIPEMD-160, 2 SHAKE-128), bit 2 a name suffix follows,
 *         bit 3 metadata hash as in the record before, bit 4 exactly one member
 * u8      how many bytes of the content hash are as in the record before (0 to 20)
 * bytes   the other bytes of the content hash
 * bytes   metadata hash, 16 (unless bit 3)
 * varint  length of the suffix, then its bytes (if bit 2)
 * varint  bytes of the blob between the end of the record before (0 at first) and the first member
 * varint  number of members (unless bit 4)
 * then for each member:
 * varint  bytes of the member
 * varint  bytes of plain content
 * u32     CRC-32 of the plain content, lowest byte first
 * u8      0: zlib header 78 9c; 1: stored uncompressed by CVMFS; 2: two bytes of zlib header follow
 * </pre>
 *
 * <p>Where the members are parts of one (see {@link Splice}) the index begins with {@code
 * "CVMFSIS1"}, and there follows for each:
 *
 * <pre>
 * u8      bits 0-2 used bits of the last byte (0: all); bit 3 the others are not all zero
 * u8      the others (if bit 3)
 * varint  which bit of the object's DEFLATE stream was cleared
 * </pre>
 *
 * <p>A varint holds seven bits a byte, lowest first; the eighth bit says that more follow.
 */
final class IndexEncoder {
  static final byte[] MAGIC = "CVMFSIX1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SINGLE = "CVMFSIS1".getBytes(StandardCharsets.US_ASCII);
  static final int USED = 7;
  static final int PADDED = 8;
  static final int SUFFIX = 4;
  static final int SAME_META = 8;
  static final int ONE_MEMBER = 16;
  static final int USUAL = 0;
  static final int UNCOMPRESSED = 1;
  static final int OTHER_HEADER = 2;

  private byte[] lastHash = new byte[ContentHash.BYTES];
  private byte[] lastMeta = new byte[MetaHash.BYTES];
  private long lastEnd;

  /** What it begins with. */
  static byte[] magic(boolean singleMember) {
    return singleMember ? SINGLE.clone() : MAGIC.clone();
  }

  byte[] encode(IndexRecord next) {
    byte[] hash = next.name().content().digest();
    byte[] meta = next.name().meta().bytes();
    byte[] suffix = next.name().suffix().getBytes(StandardCharsets.US_ASCII);
    boolean sameMeta = Arrays.equals(meta, lastMeta);
    boolean one = next.members().size() == 1;
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    out.write(
        code(next.name().content().algorithm())
            | (suffix.length > 0 ? SUFFIX : 0)
            | (sameMeta ? SAME_META : 0)
            | (one ? ONE_MEMBER : 0));
    int mismatch = Arrays.mismatch(hash, lastHash);
    int shared = mismatch < 0 ? hash.length : mismatch;
    out.write(shared);
    out.write(hash, shared, hash.length - shared);
    if (!sameMeta) {
      out.writeBytes(meta);
    }
    if (suffix.length > 0) {
      putVarint(out, suffix.length);
      out.writeBytes(suffix);
    }
    putVarint(out, next.start() - lastEnd);
    if (!one) {
      putVarint(out, next.members().size());
    }
    for (StoredMember member : next.members()) {
      putMember(out, member);
    }
    lastHash = hash;
    lastMeta = meta;
    lastEnd = next.end();
    return out.toByteArray();
  }

  static int code(HashAlgorithm algorithm) {
    return switch (algorithm) {
      case SHA1 -> 0;
      case RIPEMD160 -> 1;
      case SHAKE128 -> 2;
    };
  }

  private static void putMember(ByteArrayOutputStream out, StoredMember member) {
    putVarint(out, member.length());
    putVarint(out, member.plainSize());
    byte[] crc = new byte[4];
    LittleEndian.putInt(crc, 0, member.crc());
    out.writeBytes(crc);
    switch (member.zlibHeader()) {
      case StoredMember.USUAL_ZLIB_HEADER -> out.write(USUAL);
      case StoredMember.UNCOMPRESSED -> out.write(UNCOMPRESSED);
      default -> {
        out.write(OTHER_HEADER);
        out.write(member.zlibHeader() >> 8);
        out.write(member.zlibHeader());
      }
    }
    if (member.splice().isPresent()) {
      putSplice(out, member.splice().get());
    }
  }

  private static void putSplice(ByteArrayOutputStream out, Splice splice) {
    out.write(splice.used() | (splice.padding() == 0 ? 0 : PADDED));
    if (splice.padding() != 0) {
      out.write(splice.padding());
    }
    putVarint(out, splice.finalBit());
  }

  private static void putVarint(ByteArrayOutputStream out, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative number in an index: " + value);
    }
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
