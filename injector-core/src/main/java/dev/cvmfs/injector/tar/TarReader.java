package dev.cvmfs.injector.tar;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the entries of a tar archive one after the other: ustar, PAX (type {@code x} and {@code
 * g}), and GNU's long names and binary numbers. Nothing is unpacked; names are bytes. What a header
 * may claim is bounded, so a hostile archive costs neither memory nor time out of proportion to its
 * length.
 */
public final class TarReader {
  static final String XATTR_PREFIX = "SCHILY.xattr.";

  private static final int MAX_EXTENDED_HEADER = 1 << 20;
  private static final int PIECE = 1 << 16;

  private final InputStream in;
  private final byte[] block = new byte[TarEncoder.BLOCK];
  private final Map<ByteString, byte[]> global = new TreeMap<>();
  private long globalBytes;
  private long contentLeft;
  private int paddingLeft;
  private long offset;

  /** The archive's bytes, uncompressed; the caller closes the stream. */
  public TarReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next entry, or empty at the end of the archive.
   *
   * @throws TarFormatException if what follows is not a tar header we understand
   */
  public Optional<TarEntry> next() throws IOException {
    skipContent();
    Map<ByteString, byte[]> pax = new TreeMap<>(global);
    long extended = globalBytes;
    while (readBlock()) {
      if (isZero(block)) {
        return Optional.empty();
      }
      requireChecksum();
      char type = (char) block[156];
      long size = number(124, 12);
      if ("xgLK".indexOf(type) >= 0) {
        extended += size;
        if (extended > MAX_EXTENDED_HEADER) {
          throw damaged("has extended headers of %d bytes".formatted(extended));
        }
      }
      switch (type) {
        case 'x' -> parsePax(readExtended(size), pax);
        case 'g' -> {
          globalBytes += size;
          parsePax(readExtended(size), global);
          pax.putAll(global);
        }
        case 'L' -> pax.put(ByteString.of("path"), cString(readExtended(size)));
        case 'K' -> pax.put(ByteString.of("linkpath"), cString(readExtended(size)));
        default -> {
          return Optional.of(entry(type, pax));
        }
      }
    }
    if (pax.size() > global.size()) {
      throw damaged("ends after an extended header");
    }
    return Optional.empty();
  }

  /** Reads from the content of the entry last returned; −1 at its end. */
  public int read(byte[] buffer, int from, int length) throws IOException {
    if (contentLeft == 0) {
      return -1;
    }
    int count = in.read(buffer, from, (int) Math.min(length, contentLeft));
    if (count < 0) {
      throw damaged("ends inside a file's content");
    }
    contentLeft -= count;
    offset += count;
    return count;
  }

  /** The content of the entry last returned, whole. */
  public byte[] readContent(int limit) throws IOException {
    if (contentLeft > limit) {
      throw damaged(
          "has a file of %d bytes where at most %d are expected".formatted(contentLeft, limit));
    }
    // In pieces, for the header's word alone is no reason to take the memory.
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    byte[] piece = new byte[(int) Math.min(contentLeft, PIECE)];
    for (int count = read(piece, 0, piece.length);
        count >= 0;
        count = read(piece, 0, piece.length)) {
      content.write(piece, 0, count);
    }
    return content.toByteArray();
  }

  private void skipContent() throws IOException {
    long left = contentLeft + paddingLeft;
    byte[] sink = new byte[(int) Math.min(left, PIECE)];
    while (left > 0) {
      int count = in.read(sink, 0, (int) Math.min(sink.length, left));
      if (count < 0) {
        throw damaged("ends inside a file's content");
      }
      left -= count;
      offset += count;
    }
    contentLeft = 0;
    paddingLeft = 0;
  }

  private boolean readBlock() throws IOException {
    int count = in.readNBytes(block, 0, block.length);
    if (count == 0) {
      return false;
    }
    if (count < block.length) {
      throw damaged("ends inside a header");
    }
    offset += count;
    return true;
  }

  private TarEntry entry(char typeFlag, Map<ByteString, byte[]> pax) {
    for (ByteString key : pax.keySet()) {
      if (key.toString().startsWith("GNU.sparse.")) {
        throw damaged("has a sparse file, which layers may not have");
      }
    }
    byte[] rawName = text(pax, "path").orElseGet(this::ustarName);
    TarEntry.Type type = type(typeFlag, rawName);
    long size =
        type == TarEntry.Type.FILE ? paxNumber(pax, "size").orElseGet(() -> number(124, 12)) : 0;
    if (size < 0) {
      throw damaged("has a file of negative size");
    }
    Attributes attributes =
        new Attributes(
            (int) number(100, 8) & 07777,
            owner(paxNumber(pax, "uid").orElseGet(() -> number(108, 8))),
            owner(paxNumber(pax, "gid").orElseGet(() -> number(116, 8))),
            text(pax, "mtime")
                .map(this::paxTime)
                .orElseGet(() -> new Timestamp(number(136, 12), 0)),
            xattrs(pax));
    boolean link = type == TarEntry.Type.HARD_LINK || type == TarEntry.Type.SYMLINK;
    byte[] target = link ? text(pax, "linkpath").orElseGet(() -> field(157, 100)) : new byte[0];
    if (type == TarEntry.Type.HARD_LINK) {
      target = strip(target);
    }
    boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    contentLeft = size;
    paddingLeft = TarEncoder.padding(size);
    return new TarEntry(
        ByteString.of(strip(rawName)),
        type,
        attributes,
        size,
        ByteString.of(target),
        device ? deviceNumber(329) : 0,
        device ? deviceNumber(337) : 0);
  }

  private TarEntry.Type type(char flag, byte[] rawName) {
    boolean slash = rawName.length > 0 && rawName[rawName.length - 1] == '/';
    return switch (flag) {
      // Before POSIX a directory was a file whose name ends in a slash.
      case '0', '\0', '7' -> slash ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMLINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      case '5' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      default -> throw damaged("has an entry of unknown type %02x".formatted((int) flag));
    };
  }

  private byte[] ustarName() {
    byte[] name = field(0, 100);
    boolean posix =
        block[257 + 5] == 0 && new String(block, 257, 5, StandardCharsets.US_ASCII).equals("ustar");
    byte[] prefix = posix ? field(345, 155) : new byte[0];
    if (prefix.length == 0) {
      return name;
    }
    byte[] joined = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    joined[prefix.length] = '/';
    System.arraycopy(name, 0, joined, prefix.length + 1, name.length);
    return joined;
  }

  /** Without leading {@code /} and {@code ./}, and without trailing slashes. */
  private static byte[] strip(byte[] name) {
    int start = 0;
    int end = name.length;
    while (start < end) {
      if (name[start] == '/') {
        start++;
      } else if (name[start] == '.' && (start + 1 == end || name[start + 1] == '/')) {
        start++;
      } else {
        break;
      }
    }
    while (end > start && name[end - 1] == '/') {
      end--;
    }
    return Arrays.copyOfRange(name, start, end);
  }

  private Xattrs xattrs(Map<ByteString, byte[]> pax) {
    byte[] prefix = XATTR_PREFIX.getBytes(StandardCharsets.US_ASCII);
    Map<byte[], byte[]> attributes = new TreeMap<>(Arrays::compareUnsigned);
    pax.forEach(
        (key, value) -> {
          byte[] bytes = key.bytes();
          if (bytes.length > prefix.length
              && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length)) {
            attributes.put(Arrays.copyOfRange(bytes, prefix.length, bytes.length), value);
          }
        });
    return Xattrs.of(attributes);
  }

  private byte[] readExtended(long size) throws IOException {
    if (size < 0 || size > MAX_EXTENDED_HEADER) {
      throw damaged("has an extended header of %d bytes".formatted(size));
    }
    byte[] content = in.readNBytes((int) size);
    long padding = in.readNBytes(TarEncoder.padding(size)).length;
    if (content.length < size || padding < TarEncoder.padding(size)) {
      throw damaged("ends inside an extended header");
    }
    offset += size + padding;
    return content;
  }

  private void parsePax(byte[] records, Map<ByteString, byte[]> pax) {
    int at = 0;
    while (at < records.length && records[at] != 0) {
      int space = indexOf(records, ' ', at, Math.min(records.length, at + 8));
      int length = space < 0 ? -1 : decimal(records, at, space);
      int equals = space < 0 ? -1 : indexOf(records, '=', space + 1, records.length);
      if (length < 0
          || length > records.length - at
          || equals < 0
          || equals >= at + length - 1
          || records[at + length - 1] != '\n') {
        throw damaged("has a malformed extended header");
      }
      ByteString key = ByteString.of(Arrays.copyOfRange(records, space + 1, equals));
      byte[] value = Arrays.copyOfRange(records, equals + 1, at + length - 1);
      if (value.length == 0 && !key.toString().startsWith(XATTR_PREFIX)) {
        pax.remove(key);
      } else {
        pax.put(key, value);
      }
      at += length;
    }
  }

  private static int indexOf(byte[] bytes, char wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int decimal(byte[] bytes, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      value = 10 * value + (bytes[i] - '0');
    }
    return to > from ? value : -1;
  }

  private static Optional<byte[]> text(Map<ByteString, byte[]> pax, String key) {
    return Optional.ofNullable(pax.get(ByteString.of(key)));
  }

  private Optional<Long> paxNumber(Map<ByteString, byte[]> pax, String key) {
    return text(pax, key).map(value -> exact(decimalNumber(value)));
  }

  private Timestamp paxTime(byte[] value) {
    BigDecimal time = decimalNumber(value);
    BigDecimal seconds = time.setScale(0, RoundingMode.FLOOR);
    int nanos = time.subtract(seconds).movePointRight(9).intValue();
    return new Timestamp(exact(seconds), nanos);
  }

  private long exact(BigDecimal number) {
    try {
      return number.setScale(0, RoundingMode.FLOOR).longValueExact();
    } catch (ArithmeticException e) {
      throw damaged("has a number beyond 64 bits");
    }
  }

  private BigDecimal decimalNumber(byte[] value) {
    String text = new String(value, StandardCharsets.ISO_8859_1);
    if (text.length() > 40 || !text.matches("-?[0-9]{1,19}(\\.[0-9]*)?")) {
      throw damaged("has a number that is none: " + ByteString.of(value));
    }
    return new BigDecimal(text.endsWith(".") ? text + "0" : text);
  }

  private long owner(long id) {
    if (id < 0 || id > 0xffff_ffffL) {
      throw damaged("has an owner out of range: " + id);
    }
    return id;
  }

  private int deviceNumber(int at) {
    long number = number(at, 8);
    if (number < 0 || number > 07777777) {
      throw damaged("has a device number out of range: " + number);
    }
    return (int) number;
  }

  /**
   * A number as octal digits with blanks or NULs around them, or in GNU's binary form (first bit
   * set).
   */
  private long number(int at, int width) {
    if ((block[at] & 0x80) != 0) {
      // The lower seven bits of the first byte, with their sign.
      long value = (byte) (block[at] << 1) >> 1;
      for (int i = at + 1; i < at + width; i++) {
        if (value > Long.MAX_VALUE >> 8 || value < Long.MIN_VALUE >> 8) {
          throw damaged("has a number beyond 64 bits");
        }
        value = (value << 8) | (block[i] & 0xff);
      }
      return value;
    }
    long value = 0;
    for (int i = at; i < at + width; i++) {
      byte b = block[i];
      if (b >= '0' && b <= '7') {
        value = (value << 3) | (b - '0');
      } else if (b != ' ' && b != 0) {
        throw damaged("has a number that is none");
      }
    }
    return value;
  }

  private void requireChecksum() {
    int sum = 0;
    for (int i = 0; i < block.length; i++) {
      sum += i >= 148 && i < 156 ? ' ' : Byte.toUnsignedInt(block[i]);
    }
    if (number(148, 8) != sum) {
      throw damaged("has a header with a wrong checksum (is it a tar archive?)");
    }
  }

  private byte[] field(int at, int width) {
    return cString(Arrays.copyOfRange(block, at, at + width));
  }

  private static byte[] cString(byte[] bytes) {
    int end = indexOf(bytes, '\0', 0, bytes.length);
    return end < 0 ? bytes : Arrays.copyOf(bytes, end);
  }

  private static boolean isZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private TarFormatException damaged(String what) {
    return new TarFormatException("the tar archive %s (near byte %d)".formatted(what, offset));
  }
}
