package dev.cvmfs.injector.archive;

import com.github.luben.zstd.ZstdOutputStream;
import dev.cvmfs.injector.layer.MemberSink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A tar archive of plain bytes, as it is or compressed as a whole. */
final class PlainTar implements TarStream, MemberSink, AutoCloseable {
  private static final int BUFFER = 1 << 17;

  private final HashingStream file;
  private final OutputStream out;

  private PlainTar(HashingStream file, OutputStream out) {
    this.file = file;
    this.out = new BufferedOutputStream(out, BUFFER);
  }

  static PlainTar uncompressed(OutputStream file) {
    HashingStream hashing = new HashingStream(file);
    return new PlainTar(hashing, hashing);
  }

  /**
   * One frame of Zstandard (RFC 8878) with a checksum, at the library's usual level. The bytes
   * depend on the library's version. They also depend on whether threads of their own compress,
   * which is why there always are some, but not on how many.
   */
  static PlainTar zstd(OutputStream file, int threads) throws IOException {
    HashingStream hashing = new HashingStream(file);
    return new PlainTar(
        hashing, new ZstdOutputStream(hashing).setChecksum(true).setWorkers(Math.max(1, threads)));
  }

  @Override
  public void block(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  @Override
  public MemberSink content() {
    return this;
  }

  /** Nothing of this archive is made of members. */
  @Override
  public void blob(byte[] bytes, int from, int length) {}

  @Override
  public void plain(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
  }

  @Override
  public Written finish() throws IOException {
    out.close();
    file.flush();
    return file.written();
  }

  /** The archive's bytes as a stream, for those who write it on their own. */
  OutputStream stream() {
    return out;
  }

  /** Lets go of what compressing takes; what the archive is written to stays open. */
  @Override
  public void close() throws IOException {
    out.close();
  }
}
