package dev.cvmfs.injector.tar;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What extended headers (PAX, and GNU's long names) say of an entry. Only what an entry can have is
 * kept.
 *
 * <p>A global header speaks of all entries that follow, so what it may say is little: who owns them
 * and of what time they are. Anything else would be the same name, size or attributes again and
 * again, which no tool writes, and which makes a little archive cost as much as a large one.
 */
final class PaxRecords {
  static final String PATH = "path";
  static final String LINK_PATH = "linkpath";
  static final String SIZE = "size";
  static final String UID = "uid";
  static final String GID = "gid";
  static final String MTIME = "mtime";
  static final String XATTR_PREFIX = "SCHILY.xattr.";

  private static final Set<String> KNOWN = Set.of(PATH, LINK_PATH, SIZE, UID, GID, MTIME);
  private static final Set<String> KNOWN_OF_ALL = Set.of(UID, GID, MTIME);
  private static final String SPARSE_PREFIX = "GNU.sparse.";

  /** More digits than a length can have. */
  private static final int LENGTH_DIGITS = 8;

  private static final int LONGEST_NUMBER = 40;
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,19}(\\.[0-9]*)?");

  private final Optional<PaxRecords> global;
  private final Map<String, byte[]> values = new HashMap<>();
  private final Map<byte[], byte[]> xattrs = new TreeMap<>(Arrays::compareUnsigned);
  private long offset;

  private PaxRecords(Optional<PaxRecords> global) {
    this.global = global;
  }

  /** Those that are for all entries; there are none yet. */
  static PaxRecords ofAll() {
    return new PaxRecords(Optional.empty());
  }

  /** Those that are for one entry; there are none yet. */
  static PaxRecords ofOne(PaxRecords global) {
    return new PaxRecords(Optional.of(global));
  }

  /**
   * Adds the content of an extended header: {@code "<length> <key>=<value>\n"}, again and again.
   *
   * @param position of the archive, for messages
   * @throws TarFormatException if it is malformed, or says what layers may not have
   */
  void add(byte[] records, long position) {
    offset = position;
    int at = 0;
    while (at < records.length && records[at] != 0) {
      int space = indexOf(records, ' ', at, Math.min(records.length, at + LENGTH_DIGITS));
      int length = space < 0 ? -1 : decimal(records, at, space);
      int equals = space < 0 ? -1 : indexOf(records, '=', space + 1, records.length);
      if (length < 0
          || length > records.length - at
          || equals < 0
          || equals >= at + length - 1
          || records[at + length - 1] != '\n') {
        throw damaged("has a malformed extended header");
      }
      put(
          Arrays.copyOfRange(records, space + 1, equals),
          Arrays.copyOfRange(records, equals + 1, at + length - 1));
      at += length;
    }
  }

  private void put(byte[] keyBytes, byte[] value) {
    String key = new String(keyBytes, StandardCharsets.ISO_8859_1);
    boolean xattr = key.startsWith(XATTR_PREFIX) && key.length() > XATTR_PREFIX.length();
    if (key.startsWith(SPARSE_PREFIX)) {
      throw damaged("has a sparse file, which layers may not have");
    }
    if (!xattr && !KNOWN.contains(key)) {
      return;
    }
    if (global.isEmpty() && !KNOWN_OF_ALL.contains(key)) {
      throw damaged("has a global extended header with what only one entry can have");
    }
    if (xattr) {
      xattrs.put(Arrays.copyOfRange(keyBytes, XATTR_PREFIX.length(), keyBytes.length), value);
    } else {
      values.put(key, value);
    }
  }

  /** Takes what GNU's header for long names has. */
  void put(String key, byte[] value) {
    values.put(key, value);
  }

  /** Whether nothing is said of this entry. */
  boolean isEmpty() {
    return values.isEmpty() && xattrs.isEmpty();
  }

  /** What is said; an empty value takes back whatever was. */
  Optional<byte[]> text(String key) {
    byte[] value = values.get(key);
    return value == null
        ? global.flatMap(all -> all.text(key))
        : Optional.of(value).filter(some -> some.length > 0);
  }

  /** A whole number, rounded down. */
  Optional<Long> number(String key) {
    return text(key).map(value -> exact(decimal(value)));
  }

  /** Seconds, with a fraction. */
  Optional<Timestamp> time(String key) {
    return text(key).map(value -> timestamp(decimal(value)));
  }

  Xattrs xattrs() {
    return Xattrs.of(xattrs);
  }

  private Timestamp timestamp(BigDecimal time) {
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

  private BigDecimal decimal(byte[] value) {
    String text = new String(value, StandardCharsets.ISO_8859_1);
    if (text.length() > LONGEST_NUMBER || !NUMBER.matcher(text).matches()) {
      throw damaged(
          "has a number that is none: "
              + ByteString.of(Arrays.copyOf(value, Math.min(value.length, LONGEST_NUMBER))));
    }
    return new BigDecimal(text.endsWith(".") ? text + "0" : text);
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

  private TarFormatException damaged(String what) {
    return new TarFormatException(what, offset);
  }
}
