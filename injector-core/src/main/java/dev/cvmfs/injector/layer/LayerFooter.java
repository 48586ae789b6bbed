package dev.cvmfs.injector.layer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The last 58 bytes of a layer: an empty gzip member whose extra field (subfield {@code CV}) says
 * where the parts are. Its payload is {@code "CVMFSLY1"} and three numbers of eight bytes, lowest
 * byte first.
 *
 * @param treeStart offset in the blob of the member with which {@code .provenance} and the visible
 *     trees begin
 * @param indexStart offset of the member with which the content of the index begins; the tree ends
 *     before it
 * @param indexEnd offset behind the last member of the index's content
 * @param singleMember whether these are offsets in one long member; the payload begins with {@code
 *     "CVMFSLS1"} then
 */
record LayerFooter(long treeStart, long indexStart, long indexEnd, boolean singleMember) {
  static final int SIZE = 58;

  private static final byte[] MAGIC = "CVMFSLY1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SINGLE = "CVMFSLS1".getBytes(StandardCharsets.US_ASCII);
  private static final int PAYLOAD = 8 + 3 * 8;
  private static final int PAYLOAD_OFFSET = Gzip.HEADER + 2 + 4;
  private static final byte FLAG_EXTRA = 4;

  LayerFooter {
    if (treeStart < 0 || treeStart >= indexStart || indexStart >= indexEnd) {
      throw new IllegalArgumentException(
          "offsets out of order: %d, %d, %d".formatted(treeStart, indexStart, indexEnd));
    }
  }

  /** Of a layer of many members. */
  LayerFooter(long treeStart, long indexStart, long indexEnd) {
    this(treeStart, indexStart, indexEnd, false);
  }

  byte[] encode() {
    byte[] footer = Arrays.copyOf(Gzip.header(), SIZE);
    footer[3] = FLAG_EXTRA;
    footer[10] = 4 + PAYLOAD;
    footer[12] = 'C';
    footer[13] = 'V';
    footer[14] = PAYLOAD;
    System.arraycopy(singleMember ? SINGLE : MAGIC, 0, footer, PAYLOAD_OFFSET, MAGIC.length);
    LittleEndian.putLong(footer, PAYLOAD_OFFSET + 8, treeStart);
    LittleEndian.putLong(footer, PAYLOAD_OFFSET + 16, indexStart);
    LittleEndian.putLong(footer, PAYLOAD_OFFSET + 24, indexEnd);
    // An empty final block; CRC-32 and length are zero.
    footer[PAYLOAD_OFFSET + PAYLOAD] = 3;
    return footer;
  }

  /**
   * Reads the footer from the end of a blob.
   *
   * @param end the blob's last bytes, at least {@link #SIZE}
   * @param blobSize bytes of the whole blob
   * @return empty if the blob was not written by us, or if what it says cannot be
   */
  static Optional<LayerFooter> decode(byte[] end, long blobSize) {
    if (end.length < SIZE) {
      return Optional.empty();
    }
    byte[] footer = Arrays.copyOfRange(end, end.length - SIZE, end.length);
    long treeStart = LittleEndian.getLong(footer, PAYLOAD_OFFSET + 8);
    long indexStart = LittleEndian.getLong(footer, PAYLOAD_OFFSET + 16);
    long indexEnd = LittleEndian.getLong(footer, PAYLOAD_OFFSET + 24);
    if (treeStart < 0
        || treeStart >= indexStart
        || indexStart >= indexEnd
        || indexEnd > blobSize - SIZE) {
      return Optional.empty();
    }
    boolean single =
        Arrays.equals(
            footer, PAYLOAD_OFFSET, PAYLOAD_OFFSET + SINGLE.length, SINGLE, 0, SINGLE.length);
    LayerFooter read = new LayerFooter(treeStart, indexStart, indexEnd, single);
    return Arrays.equals(read.encode(), footer) ? Optional.of(read) : Optional.empty();
  }
}
