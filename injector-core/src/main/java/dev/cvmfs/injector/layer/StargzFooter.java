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

  private static final int PAYLOAD = 22;
  private static final int PAYLOAD_OFFSET = Gzip.HEADER + 2 + 4;
  private static final byte FLAG_EXTRA = 4;

  private StargzFooter() {}

  static byte[] encode(long tocOffset) {
    byte[] footer = Arrays.copyOf(Gzip.header(), SIZE);
    footer[3] = FLAG_EXTRA;
    footer[10] = 4 + PAYLOAD;
    footer[12] = 'S';
    footer[13] = 'G';
    footer[14] = PAYLOAD;
    byte[] payload =
        String.format(Locale.ROOT, "%016xSTARGZ", tocOffset).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(payload, 0, footer, PAYLOAD_OFFSET, PAYLOAD);
    // An empty final stored block; CRC-32 and length are zero.
    footer[PAYLOAD_OFFSET + PAYLOAD] = 1;
    footer[PAYLOAD_OFFSET + PAYLOAD + 3] = (byte) 0xff;
    footer[PAYLOAD_OFFSET + PAYLOAD + 4] = (byte) 0xff;
    return footer;
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
    String digits = new String(footer, PAYLOAD_OFFSET, 16, StandardCharsets.ISO_8859_1);
    if (!digits.matches("0[0-9a-f]{15}")) {
      return Optional.empty();
    }
    long offset = Long.parseLong(digits, 16);
    boolean isGenuine = Arrays.equals(encode(offset), footer) && offset <= blobSize - SIZE;
    return isGenuine ? Optional.of(offset) : Optional.empty();
  }
}
