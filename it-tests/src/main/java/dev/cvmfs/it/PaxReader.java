package dev.cvmfs.it;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Reads what GNU tar writes with {@code --format=posix} into a listing: blocks of 512 bytes; a
 * header of type {@code x} holds records {@code "LENGTH KEY=VALUE\n"} that overrule the header that
 * follows it. Names and values stay bytes; modification times keep their nanoseconds. It shares no
 * code with the layers' own reader, which it helps to test.
 */
final class PaxReader {
  private static final int BLOCK = 512;
  private static final String XATTR = "SCHILY.xattr.";

  private final InputStream in;
  private final Map<TreePath, ListedEntry> entries = new TreeMap<>();

  private PaxReader(InputStream in) {
    this.in = in;
  }

  /** Every entry but the root, in path order; hard links share their link group. */
  static List<ListedEntry> read(InputStream in) throws IOException {
    PaxReader reader = new PaxReader(in);
    reader.readAll();
    reader.entries.remove(TreePath.ROOT);
    return new ArrayList<>(reader.entries.values());
  }

  private void readAll() throws IOException {
    Map<String, byte[]> records = new HashMap<>();
    for (byte[] header = block(); header[0] != 0; header = block()) {
      char type = (char) header[156];
      if (type == 'x') {
        records = records(readExactly(padded(number(header, 124, 12)), number(header, 124, 12)));
      } else if (type == 'g') {
        in.skipNBytes(padded(number(header, 124, 12)));
      } else {
        add(header, type, records);
        records = new HashMap<>();
      }
    }
  }

  private void add(byte[] header, char type, Map<String, byte[]> records) throws IOException {
    TreePath path = path(records.getOrDefault("path", name(header)));
    byte[] linkName = records.getOrDefault("linkpath", text(header, 157, 100));
    if (type == '1') {
      TreePath target = path(linkName);
      ListedEntry first = Optional.ofNullable(entries.get(target)).orElseThrow();
      Optional<String> group = Optional.of(first.path().toString());
      entries.put(target, first.withLinkGroup(group));
      entries.put(path, withPath(first, path).withLinkGroup(group));
      return;
    }
    long size =
        decimal(records, "size").map(BigDecimal::longValueExact).orElse(number(header, 124, 12));
    boolean regular = type == '0';
    Optional<String> sha256 = regular ? Optional.of(hash(size)) : Optional.empty();
    entries.put(
        path,
        new ListedEntry(
            path,
            type(type) | (int) number(header, 100, 8),
            decimal(records, "uid").map(BigDecimal::longValueExact).orElse(number(header, 108, 8)),
            decimal(records, "gid").map(BigDecimal::longValueExact).orElse(number(header, 116, 8)),
            time(decimal(records, "mtime").orElse(BigDecimal.valueOf(number(header, 136, 12)))),
            regular ? OptionalLong.of(size) : OptionalLong.empty(),
            sha256,
            type == '2' ? Optional.of(ByteString.of(linkName)) : Optional.empty(),
            type == '3' || type == '4'
                ? Optional.of(number(header, 329, 8) + ":" + number(header, 337, 8))
                : Optional.empty(),
            xattrs(records),
            Optional.empty()));
  }

  private static ListedEntry withPath(ListedEntry entry, TreePath path) {
    return new ListedEntry(
        path,
        entry.mode(),
        entry.uid(),
        entry.gid(),
        entry.mtime(),
        entry.size(),
        entry.sha256(),
        entry.target(),
        entry.device(),
        entry.xattrs(),
        entry.linkGroup());
  }

  private static int type(char flag) throws IOException {
    return switch (flag) {
      case '0' -> 0100000;
      case '2' -> 0120000;
      case '3' -> 0020000;
      case '4' -> 0060000;
      case '5' -> 0040000;
      case '6' -> 0010000;
      default -> throw new IOException("unexpected type of tar entry: " + flag);
    };
  }

  /** {@code ./a/b/} in the archive is {@code /a/b} in the listing. */
  private static TreePath path(byte[] name) {
    int end = name.length;
    while (end > 0 && name[end - 1] == '/') {
      end--;
    }
    return TreePath.of(Arrays.copyOfRange(name, 1, end));
  }

  private static byte[] name(byte[] header) {
    byte[] prefix = text(header, 345, 155);
    byte[] name = text(header, 0, 100);
    if (prefix.length == 0) {
      return name;
    }
    byte[] whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    whole[prefix.length] = '/';
    System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
    return whole;
  }

  private static byte[] text(byte[] header, int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(header, offset, end);
  }

  private static long number(byte[] header, int offset, int length) {
    String digits = new String(text(header, offset, length), StandardCharsets.US_ASCII).strip();
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  private static Optional<BigDecimal> decimal(Map<String, byte[]> records, String key) {
    return Optional.ofNullable(records.get(key))
        .map(value -> new BigDecimal(new String(value, StandardCharsets.US_ASCII)));
  }

  private static Timestamp time(BigDecimal seconds) {
    BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
    return new Timestamp(
        whole.longValueExact(), seconds.subtract(whole).movePointRight(9).intValueExact());
  }

  private static Xattrs xattrs(Map<String, byte[]> records) {
    Map<byte[], byte[]> all = new TreeMap<>(Arrays::compareUnsigned);
    records.forEach(
        (key, value) -> {
          if (key.startsWith(XATTR)) {
            all.put(key.substring(XATTR.length()).getBytes(StandardCharsets.ISO_8859_1), value);
          }
        });
    return Xattrs.of(all);
  }

  /** The records of an extended header by key; keys are read as Latin-1 to keep their bytes. */
  private static Map<String, byte[]> records(byte[] header) throws IOException {
    Map<String, byte[]> records = new HashMap<>();
    int start = 0;
    while (start < header.length) {
      int space = indexOf(header, ' ', start);
      int length =
          Integer.parseInt(new String(header, start, space - start, StandardCharsets.US_ASCII));
      int equals = indexOf(header, '=', space);
      records.put(
          new String(header, space + 1, equals - space - 1, StandardCharsets.ISO_8859_1),
          Arrays.copyOfRange(header, equals + 1, start + length - 1));
      start += length;
    }
    return records;
  }

  private static int indexOf(byte[] bytes, char wanted, int from) throws IOException {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    throw new IOException("extended tar header without '%c'".formatted(wanted));
  }

  private String hash(long size) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[64 * 1024];
    long left = size;
    while (left > 0) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw new EOFException("tar ends inside a file");
      }
      digest.update(buffer, 0, count);
      left -= count;
    }
    in.skipNBytes(padded(size) - size);
    return HexFormat.of().formatHex(digest.digest());
  }

  private byte[] block() throws IOException {
    return readExactly(BLOCK, BLOCK);
  }

  private byte[] readExactly(long stored, long wanted) throws IOException {
    byte[] bytes = in.readNBytes(Math.toIntExact(stored));
    if (bytes.length < stored) {
      throw new EOFException("tar ends inside an entry");
    }
    return Arrays.copyOf(bytes, Math.toIntExact(wanted));
  }

  private static long padded(long size) {
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
