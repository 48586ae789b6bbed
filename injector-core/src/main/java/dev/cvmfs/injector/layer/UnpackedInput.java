package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.spool.WorkDirectory;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/**
 * What is compressed in a layer, or in a part of one of ours. No more is unpacked than a layer of
 * that length could hold. What cannot be unpacked is a {@link LayerFormatException}; a disk that
 * fails below is none.
 *
 * <p>The archive in a layer of another tool may be gzip, zstd (one frame or many, with frames to be
 * skipped among them, as {@code zstd:chunked} has) or not compressed at all. The first bytes tell
 * which; media types are wrong too often.
 */
final class UnpackedInput extends InputStream {
  /** DEFLATE makes no more of a byte, so what does is not a layer. */
  static final long MOST_RATIO = 1100;

  private static final int GZIP = 0x1f8b;
  private static final int ZSTD = 0xfd2fb528;

  /** The upper bits of the magic number of a frame to be skipped. */
  private static final int ZSTD_SKIPPED = 0x184d2a50;

  private static final long ALWAYS_ALLOWED = 64L << 20;

  /** Zeros may be thirty thousand times as long as what zstd makes of them. */
  private static final long ALWAYS_ALLOWED_ZSTD = 4L << 30;

  /** Bytes of a gzip stream without any content: names in headers, empty blocks, empty members. */
  private static final long MOST_WITHOUT_CONTENT = 1 << 20;

  private final InputStream in;
  private final Optional<SparingInput> source;
  private long left;

  private UnpackedInput(InputStream in, Optional<SparingInput> source, long most) {
    this.in = in;
    this.source = source;
    this.left = most;
  }

  /**
   * Begins to unpack.
   *
   * @param blob from its first byte
   * @param size bytes of the blob
   * @param mediaType what the manifest calls it
   * @param work where a native library may lie
   * @throws LayerFormatException if it cannot be unpacked
   */
  static InputStream of(InputStream blob, long size, String mediaType, WorkDirectory work)
      throws IOException {
    if (mediaType.endsWith("+encrypted")) {
      throw new LayerFormatException("the layer is encrypted (%s)".formatted(mediaType));
    }
    BufferedInputStream in = new BufferedInputStream(new LocalInput(blob));
    in.mark(Integer.BYTES);
    byte[] magic = in.readNBytes(Integer.BYTES);
    in.reset();
    if (magic.length < Integer.BYTES) {
      return in;
    }
    int number = LittleEndian.getInt(magic, 0);
    try {
      if (number == ZSTD || (number & ~0xf) == ZSTD_SKIPPED) {
        Zstd.load(work);
        return new UnpackedInput(
            new ZstdCompressorInputStream(in),
            Optional.empty(),
            Math.max(ALWAYS_ALLOWED_ZSTD, size * MOST_RATIO));
      }
    } catch (IOException e) {
      throw cannotBeUnpacked(e);
    }
    return ((magic[0] & 0xff) << 8 | (magic[1] & 0xff)) == GZIP ? ofMembers(in, size) : in;
  }

  /**
   * Unpacks gzip members, one behind the other.
   *
   * @param size bytes of them
   * @throws LayerFormatException if they are none
   */
  static InputStream ofMembers(InputStream members, long size) {
    SparingInput source = new SparingInput(new LocalInput(members), MOST_WITHOUT_CONTENT);
    try {
      return new UnpackedInput(
          GzipCompressorInputStream.builder()
              .setInputStream(source)
              .setDecompressConcatenated(true)
              .get(),
          Optional.of(source),
          Math.max(ALWAYS_ALLOWED, size * MOST_RATIO));
    } catch (IOException e) {
      throw cannotBeUnpacked(e);
    }
  }

  /**
   * Inflates parts of a member that begin and end at full bytes.
   *
   * @param size bytes of them
   */
  static InputStream ofParts(InputStream parts, long size) {
    SparingInput source = new SparingInput(new LocalInput(parts), MOST_WITHOUT_CONTENT);
    return new UnpackedInput(
        new PartInput(source), Optional.of(source), Math.max(ALWAYS_ALLOWED, size * MOST_RATIO));
  }

  private static LayerFormatException cannotBeUnpacked(IOException e) {
    return new LayerFormatException("the layer cannot be unpacked: " + e.getMessage(), e);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    int count;
    source.ifPresent(SparingInput::renew);
    try {
      count = in.read(buffer, from, length);
    } catch (IOException e) {
      throw cannotBeUnpacked(e);
    }
    left -= Math.max(count, 0);
    if (left < 0) {
      throw new LayerFormatException(
          "the layer unpacks to more than its size allows for: it is no archive of files");
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static final class PartInput extends InflaterInputStream {
    private static final int BUFFER = 1 << 16;

    private PartInput(InputStream parts) {
      super(
          new SequenceInputStream(parts, new ByteArrayInputStream(MemberWriter.LAST_BLOCK)),
          new Inflater(true),
          BUFFER);
    }

    @Override
    public void close() throws IOException {
      super.close();
      inf.end();
    }
  }
}
