package dev.cvmfs.injector.layer;

import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.zip.CRC32;

/**
 * Writes a blob as gzip members and computes both of its digests on the way. Tar bytes without an
 * object behind them (headers, padding) are collected and written as glue members of at most 64 KiB
 * of plain bytes; members made of objects are passed through. Where members begin depends on the
 * archive's content alone.
 */
public final class MemberWriter implements MemberSink {
  private static final int GLUE_LIMIT = 1 << 16;

  private final OutputStream out;
  private final OutputStream tar;
  private final MessageDigest blobDigest = Digest.newSha256();
  private final MessageDigest tarDigest = Digest.newSha256();
  private final FixedDeflater deflater = new FixedDeflater();
  private final byte[] glue = new byte[GLUE_LIMIT];
  private int glueLength;
  private long blobOffset;
  private long tarOffset;

  /**
   * A writer of a blob.
   *
   * @param out takes it; not closed
   */
  public MemberWriter(OutputStream out) {
    this(out, OutputStream.nullOutputStream());
  }

  /** The same, with the archive's plain bytes besides. */
  MemberWriter(OutputStream out, OutputStream tar) {
    this.out = out;
    this.tar = tar;
  }

  /** Adds tar bytes that no object stands behind. */
  void glue(byte[] bytes, int from, int length) throws IOException {
    int at = from;
    int left = length;
    while (left > 0) {
      int count = Math.min(left, GLUE_LIMIT - glueLength);
      System.arraycopy(bytes, at, glue, glueLength, count);
      glueLength += count;
      at += count;
      left -= count;
      if (glueLength == GLUE_LIMIT) {
        cut();
      }
    }
  }

  /** The same with all bytes of an array. */
  public void glue(byte[] bytes) throws IOException {
    glue(bytes, 0, bytes.length);
  }

  /**
   * Ends the member that collects glue, so that what comes next starts a new one; returns where
   * that is.
   */
  public long cut() throws IOException {
    if (glueLength > 0) {
      CRC32 crc = new CRC32();
      crc.update(glue, 0, glueLength);
      byte[] deflated = deflater.deflate(glue, glueLength);
      byte[] member = Gzip.member(deflated, (int) crc.getValue(), glueLength);
      blob(member, 0, member.length);
      plain(glue, 0, glueLength);
      glueLength = 0;
    }
    return blobOffset;
  }

  /** A piece of a member made from an object; {@link #cut} must have come before the first. */
  @Override
  public void blob(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    blobDigest.update(bytes, from, length);
    blobOffset += length;
  }

  /** A piece of the plain content of such a member. */
  @Override
  public void plain(byte[] bytes, int from, int length) throws IOException {
    tar.write(bytes, from, length);
    tarDigest.update(bytes, from, length);
    tarOffset += length;
  }

  /** Ends the last member. */
  public WrittenLayer finish() throws IOException {
    cut();
    out.flush();
    tar.flush();
    return new WrittenLayer(
        Digest.ofSha256(blobDigest.digest()),
        Digest.ofSha256(tarDigest.digest()),
        blobOffset,
        tarOffset,
        0);
  }
}
