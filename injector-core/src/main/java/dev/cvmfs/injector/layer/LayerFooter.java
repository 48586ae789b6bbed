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

  LayerFooter {
    if (!areInOrder(treeStart, indexStart, indexEnd)) {
      throw new IllegalArgumentException(
          "offsets out of order: %d, %d, %d".formatted(treeStart, indexStart, indexEnd));
    }
  }

  /** Of a layer of many members. */
  LayerFooter(long treeStart, long indexStart, long indexEnd) {
    this(treeStart, indexStart, indexEnd, false);
  }

  private static boolean areInOrder(long treeStart, long indexStart, long indexEnd) {
    return treeStart >= 0 && treeStart < indexStart && indexStart < indexEnd;
  }

  byte[] encode() {
    byte[] payload = Arrays.copyOf(singleMember ? SINGLE : MAGIC, PAYLOAD);
    LittleEndian.putLong(payload, 8, treeStart);
    LittleEndian.putLong(payload, 16, indexStart);
    LittleEndian.putLong(payload, 24, indexEnd);
    return Gzip.empty("CV", payload, MemberWriter.LAST_BLOCK);
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
    long treeStart = LittleEndian.getLong(footer, Gzip.PAYLOAD + 8);
    long indexStart = LittleEndian.getLong(footer, Gzip.PAYLOAD + 16);
    long indexEnd = LittleEndian.getLong(footer, Gzip.PAYLOAD + 24);
    if (!areInOrder(treeStart, indexStart, indexEnd) || indexEnd > blobSize - SIZE) {
      return Optional.empty();
    }
    boolean single =
        Arrays.equals(footer, Gzip.PAYLOAD, Gzip.PAYLOAD + SINGLE.length, SINGLE, 0, SINGLE.length);
    LayerFooter read = new LayerFooter(treeStart, indexStart, indexEnd, single);
    return Arrays.equals(read.encode(), footer) ? Optional.of(read) : Optional.empty();
  }
}
