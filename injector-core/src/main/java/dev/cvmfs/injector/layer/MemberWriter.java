package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
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
  private final Optional<TocBuilder> toc;
  private Optional<Splicer> splicer = Optional.empty();
  private final CRC32 tarCrc = new CRC32();
  private int glueLength;
  private long blobOffset;
  private long partStart;
  private long longStart;
  private boolean inContent;
  private long tarOffset;

  /**
   * A writer of a blob.
   *
   * @param out takes it; not closed
   */
  public MemberWriter(OutputStream out) {
    this(out, Optional.empty());
  }

  /**
   * The same.
   *
   * @param toc is told of all entries
   */
  MemberWriter(OutputStream out, Optional<TocBuilder> toc) {
    this(out, OutputStream.nullOutputStream(), toc);
  }

  private MemberWriter(OutputStream out, OutputStream tar, Optional<TocBuilder> toc) {
    this.out = out;
    this.tar = tar;
    this.toc = toc;
  }

  /**
   * A writer of nothing but the archive's plain bytes.
   *
   * @param tar takes them; not closed
   */
  static MemberWriter plain(OutputStream tar) {
    return new MemberWriter(OutputStream.nullOutputStream(), tar, Optional.empty());
  }

  /**
   * From here on all goes into one member.
   *
   * @return where it begins
   */
  long startLong() throws IOException {
    long start = cut();
    longStart = tarOffset;
    tarCrc.reset();
    raw(Gzip.header(), 0, Gzip.HEADER);
    splicer = Optional.of(new Splicer(this::raw));
    partStart = blobOffset;
    return start;
  }

  /** The header of an entry. */
  void header(TarEntry entry) throws IOException {
    if (toc.isPresent()) {
      toc.get().header(entry);
    }
    glue(TarEncoder.encode(entry));
  }

  /** Content that no object stands behind, whole. */
  void content(byte[] bytes) throws IOException {
    startContent();
    glue(bytes);
    endContent();
  }

  /** What comes is content that no object stands behind. */
  void startContent() throws IOException {
    if (toc.isPresent()) {
      cut();
      inContent = true;
    }
  }

  /** It ends here. */
  void endContent() throws IOException {
    if (toc.isPresent()) {
      cut();
      inContent = false;
    }
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
      long start = blobOffset;
      blob(member, 0, member.length);
      tar(glue, 0, glueLength);
      if (inContent && toc.isPresent()) {
        toc.get().plain(glue, 0, glueLength);
        toc.get().chunk(start, glueLength);
      }
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
    if (toc.isPresent()) {
      toc.get().chunk(start, member.plainSize());
    }
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
    if (toc.isPresent()) {
      toc.get().plain(bytes, from, length);
    }
    tar(bytes, from, length);
  }

  private void tar(byte[] bytes, int from, int length) throws IOException {
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

  /** An empty member, behind the end of all that came. */
  void footer(byte[] footer) throws IOException {
    cut();
    if (splicer.isPresent()) {
      raw(LAST_BLOCK, 0, LAST_BLOCK.length);
      raw(Gzip.trailer((int) tarCrc.getValue(), tarOffset - longStart), 0, Gzip.TRAILER);
      splicer = Optional.empty();
    }
    raw(footer, 0, footer.length);
    partStart = blobOffset;
  }

  /**
   * Ends the layer.
   *
   * @param footer a member of its own
   */
  WrittenLayer finish(byte[] footer) throws IOException {
    footer(footer);
    out.flush();
    tar.flush();
    return new WrittenLayer(
        Digest.ofSha256(blobDigest.digest()),
        Digest.ofSha256(tarDigest.digest()),
        blobOffset,
        tarOffset,
        0,
        Optional.empty());
  }
}
