package dev.cvmfs.injector.layer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The last 51 bytes of an eStargz layer: an empty gzip member whose extra field (subfield {@code
 * SG}) has the offset of the table of contents as 16 hexadecimal digits and {@code STARGZ}.
 */
final class StargzFooter {
  static final int SIZE = 51;

  /** An empty last block that is not compressed. */
  private static final byte[] LAST_BLOCK = StoredBlock.header(0, true);

  private StargzFooter() {}

  static byte[] encode(long tocOffset) {
    byte[] payload =
        String.format(Locale.ROOT, "%016xSTARGZ", tocOffset).getBytes(StandardCharsets.US_ASCII);
    return Gzip.empty("SG", payload, LAST_BLOCK);
  }

  /**
   * Where the table of contents begins.
   *
   * @param end the blob's last bytes
   * @return empty if the blob is none of eStargz, or if it cannot be there
   */
  static Optional<Long> decode(byte[] end, long blobSize) {
    if (end.length < SIZE) {
      return Optional.empty();
    }
    byte[] footer = Arrays.copyOfRange(end, end.length - SIZE, end.length);
    String digits = new String(footer, Gzip.PAYLOAD, 16, StandardCharsets.ISO_8859_1);
    if (!digits.matches("0[0-9a-f]{15}")) {
      return Optional.empty();
    }
    long offset = Long.parseLong(digits, 16);
    boolean isGenuine = Arrays.equals(encode(offset), footer) && offset <= blobSize - SIZE;
    return isGenuine ? Optional.of(offset) : Optional.empty();
  }
}
