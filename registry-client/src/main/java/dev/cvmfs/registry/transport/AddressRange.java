package dev.cvmfs.registry.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Internet addresses of which the first bits agree, such as {@code 10.0.0.0/8} and {@code
 * fd00::/8}; an address by itself is the range of it alone. Names are never looked up.
 */
final class AddressRange {
  private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]*:[0-9a-f:.]*");
  private static final Pattern BITS = Pattern.compile("[0-9]{1,3}");

  private final byte[] address;
  private final int bits;

  private AddressRange(byte[] address, int bits) {
    this.address = address;
    this.bits = bits;
  }

  /** A range, if that is what the text is. */
  static Optional<AddressRange> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return address(text).map(address -> new AddressRange(address, 8 * address.length));
    }
    String bits = text.substring(slash + 1);
    return address(text.substring(0, slash))
        .filter(address -> BITS.matcher(bits).matches())
        .filter(address -> Integer.parseInt(bits) <= 8 * address.length)
        .map(address -> new AddressRange(address, Integer.parseInt(bits)));
  }

  /** Whether a URL's host is an address in this range. */
  boolean contains(String host) {
    return address(host).filter(this::contains).isPresent();
  }

  private boolean contains(byte[] other) {
    int whole = bits / 8;
    int rest = bits % 8;
    return other.length == address.length
        && Arrays.equals(other, 0, whole, address, 0, whole)
        && (rest == 0 || ((other[whole] ^ address[whole]) & 0xff) >> (8 - rest) == 0);
  }

  /** The bytes of an address in small letters, in brackets or not. */
  private static Optional<byte[]> address(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    try {
      if (IPV4.matcher(bare).matches()) {
        return Optional.of(InetAddress.getByName(bare).getAddress());
      }
      if (IPV6.matcher(bare).matches()) {
        // In brackets it is never taken for a name.
        return Optional.of(InetAddress.getByName("[" + bare + "]").getAddress());
      }
    } catch (UnknownHostException e) {
      // It looks like an address, but is none.
    }
    return Optional.empty();
  }
}
