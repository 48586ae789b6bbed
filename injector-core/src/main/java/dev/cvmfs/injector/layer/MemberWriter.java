package dev.cvmfs.injector.layer;

import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Writes a blob as gzip members and computes both of its digests on the way. Tar bytes without an
 * object behind them (headers, padding) are collected and written as glue members of at most 64 KiB
 * of plain bytes; members made of objects are passed through. Where members begin depends on the
 * archive's content alone.
 */
public final class MemberWriter implements MemberSink {
  private static final int GLUE_LIMIT = 1 << 16;

  /** An empty final block, with fixed codes. */
  static final byte[] LAST_BLOCK = {3, 0};

  private final OutputStream out;
  private final OutputStream tar;
  private final MessageDigest blobDigest = Digest.newSha256();
  private final MessageDigest tarDigest = Digest.newSha256();
  private final FixedDeflater deflater = new FixedDeflater();
  private final byte[] glue = new byte[GLUE_LIMIT];
  private final Optional<Splicer> splicer;
  private final CRC32 tarCrc = new CRC32();
  private int glueLength;
  private long blobOffset;
  private long partStart;
  private long tarOffset;

  /**
   * A writer of a blob.
   *
   * @param out takes it; not closed
   */
  public MemberWriter(OutputStream out) throws IOException {
    this(out, false);
  }

  /**
   * The same.
   *
   * @param single whether all of it goes into one member
   */
  MemberWriter(OutputStream out, boolean single) throws IOException {
    this(out, OutputStream.nullOutputStream(), single);
  }

  private MemberWriter(OutputStream out, OutputStream tar, boolean single) throws IOException {
    this.out = out;
    this.tar = tar;
    this.splicer = single ? Optional.of(new Splicer(this::raw)) : Optional.empty();
    if (single) {
      raw(Gzip.header(), 0, Gzip.HEADER);
      partStart = blobOffset;
    }
  }

  /**
   * A writer of nothing but the archive's plain bytes.
   *
   * @param tar takes them; not closed
   */
  static MemberWriter plain(OutputStream tar) throws IOException {
    return new MemberWriter(OutputStream.nullOutputStream(), tar, false);
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
      endPart();
      glueLength = 0;
    }
    return blobOffset;
  }

  /** A piece of a member made from an object; {@link #cut} must have come before the first. */
  @Override
  public void blob(byte[] bytes, int from, int length) throws IOException {
    if (splicer.isPresent()) {
      splicer.get().write(bytes, from, length);
    } else {
      raw(bytes, from, length);
    }
  }

  /**
   * Ends a member made from an object; {@link #blob} has got all of it.
   *
   * @param member what it would be by itself
   * @return what it is in this blob
   */
  StoredMember end(StoredMember member) throws IOException {
    long start = partStart;
    Optional<Splice> splice = endPart();
    return splice.isPresent() ? member.spliced(blobOffset - start, splice.get()) : member;
  }

  private Optional<Splice> endPart() throws IOException {
    Optional<Splice> splice =
        splicer.isPresent() ? Optional.of(splicer.get().finish()) : Optional.empty();
    partStart = blobOffset;
    return splice;
  }

  private void raw(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    blobDigest.update(bytes, from, length);
    blobOffset += length;
  }

  /** A piece of the plain content of such a member. */
  @Override
  public void plain(byte[] bytes, int from, int length) throws IOException {
    tar.write(bytes, from, length);
    tarDigest.update(bytes, from, length);
    if (splicer.isPresent()) {
      tarCrc.update(bytes, from, length);
    }
    tarOffset += length;
  }

  /** Ends the last member. */
  public WrittenLayer finish() throws IOException {
    return finish(new byte[0]);
  }

  /**
   * Ends the layer.
   *
   * @param footer a member of its own
   */
  WrittenLayer finish(byte[] footer) throws IOException {
    cut();
    if (splicer.isPresent()) {
      raw(LAST_BLOCK, 0, LAST_BLOCK.length);
      raw(Gzip.trailer((int) tarCrc.getValue(), tarOffset), 0, Gzip.TRAILER);
    }
    raw(footer, 0, footer.length);
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
