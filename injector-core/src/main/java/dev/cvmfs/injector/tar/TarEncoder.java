package dev.cvmfs.injector.tar;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns entries into tar headers: one block of 512 bytes in ustar form, and before it a PAX
 * extended header where, and only where, ustar cannot say it. The same entry always gives the same
 * bytes.
 *
 * <p>ustar (POSIX.1-1988), offsets: name 0 (100 bytes), mode 100 (8), uid 108 (8), gid 116 (8),
 * size 124 (12), mtime 136 (12), checksum 148 (8), type 156, link name 157 (100), {@code "ustar\0"
 * "00"} 257, major 329 (8), minor 337 (8), prefix 345 (155). Numbers are octal, zero-padded, ended
 * by NUL. User and group names stay empty.
 *
 * <p>PAX (POSIX.1-2001): a header of type {@code x} whose content is a list of {@code "<length>
 * <key>=<value>\n"}, here sorted by key. Used for names that do not fit name and prefix, link
 * targets over 100 bytes, sizes of 8 GiB and more, owners over 2097151, times with a fraction,
 * before 1970 or after 2242, and for extended attributes, which are raw bytes ({@code
 * SCHILY.xattr.<name>}). Names that are not UTF-8 are announced by {@code hdrcharset=BINARY}.
 */
public final class TarEncoder {
  public static final int BLOCK = 512;

  /** The two zero blocks that end an archive. */
  public static final int TRAILER = 2 * BLOCK;

  private static final long MAX_OCTAL_7 = 07777777;
  private static final long MAX_OCTAL_11 = 077777777777L;
  private static final byte[] PAX_NAME = ascii("././@PaxHeader");

  private TarEncoder() {}

  /** The bytes from the end of a content of this size to the next block: 0 to 511. */
  public static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }

  /** The headers of the entry: a multiple of 512 bytes. */
  public static byte[] encode(TarEntry entry) {
    byte[] name = archiveName(entry);
    byte[] link = entry.linkTarget().bytes();
    Attributes attributes = entry.attributes();
    Map<ByteString, byte[]> pax = new TreeMap<>();
    int split = prefixLength(name);
    if (split < 0) {
      putText(pax, "path", name);
    }
    if (link.length > 100) {
      putText(pax, "linkpath", link);
    }
    putNumber(pax, "size", entry.size(), MAX_OCTAL_11);
    putNumber(pax, "uid", attributes.uid(), MAX_OCTAL_7);
    putNumber(pax, "gid", attributes.gid(), MAX_OCTAL_7);
    Timestamp mtime = attributes.mtime();
    if (mtime.nanos() != 0 || mtime.seconds() < 0 || mtime.seconds() > MAX_OCTAL_11) {
      pax.put(ByteString.of("mtime"), ascii(paxTime(mtime)));
    }
    attributes.xattrs().forEach((key, value) -> pax.put(xattrKey(key), value));

    ByteArrayOutputStream out = new ByteArrayOutputStream(4 * BLOCK);
    if (!pax.isEmpty()) {
      byte[] records = paxRecords(pax);
      byte[] header = new byte[BLOCK];
      putNumbers(header, 0644, 0, 0, records.length, 0);
      finish(header, PAX_NAME, 'x');
      out.writeBytes(header);
      out.writeBytes(records);
      out.writeBytes(new byte[padding(records.length)]);
    }
    out.writeBytes(ustar(entry, name, split, link));
    return out.toByteArray();
  }

  private static byte[] ustar(TarEntry entry, byte[] name, int split, byte[] link) {
    Attributes attributes = entry.attributes();
    byte[] header = new byte[BLOCK];
    putNumbers(
        header,
        attributes.permissions(),
        attributes.uid() > MAX_OCTAL_7 ? 0 : attributes.uid(),
        attributes.gid() > MAX_OCTAL_7 ? 0 : attributes.gid(),
        entry.size() > MAX_OCTAL_11 ? 0 : entry.size(),
        Math.max(0, Math.min(attributes.mtime().seconds(), MAX_OCTAL_11)));
    System.arraycopy(link, 0, header, 157, Math.min(link.length, 100));
    putOctal(header, 329, 8, entry.major());
    putOctal(header, 337, 8, entry.minor());
    byte[] tail = name;
    if (split > 0) {
      System.arraycopy(name, 0, header, 345, split);
      tail = Arrays.copyOfRange(name, split + 1, name.length);
    }
    finish(header, tail, entry.type().flag());
    return header;
  }

  private static byte[] archiveName(TarEntry entry) {
    byte[] name = entry.name().bytes();
    if (entry.type() != TarEntry.Type.DIRECTORY) {
      return name;
    }
    byte[] withSlash = Arrays.copyOf(name, name.length + 1);
    withSlash[name.length] = '/';
    return withSlash;
  }

  /**
   * How many bytes of the name go into the prefix field (0: it is not needed), or −1 if the name
   * does not fit.
   */
  private static int prefixLength(byte[] name) {
    if (name.length <= 100) {
      return 0;
    }
    // The rest after the slash must be 1 to 100 bytes long; a trailing slash belongs to the rest.
    for (int i = Math.max(1, name.length - 101); i <= Math.min(155, name.length - 2); i++) {
      if (name[i] == '/') {
        return i;
      }
    }
    return -1;
  }

  private static void putText(Map<ByteString, byte[]> pax, String key, byte[] value) {
    pax.put(ByteString.of(key), value);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
    } catch (CharacterCodingException e) {
      pax.put(ByteString.of("hdrcharset"), ascii("BINARY"));
    }
  }

  private static void putNumber(Map<ByteString, byte[]> pax, String key, long value, long most) {
    if (value > most) {
      pax.put(ByteString.of(key), ascii(Long.toString(value)));
    }
  }

  /**
   * A decimal number of seconds; the fraction counts away from zero, so −1.75 s is −2 s and
   * 250,000,000 ns.
   */
  private static String paxTime(Timestamp time) {
    if (time.nanos() == 0) {
      return Long.toString(time.seconds());
    }
    boolean negative = time.seconds() < 0;
    long seconds = negative ? -(time.seconds() + 1) : time.seconds();
    int nanos = negative ? 1_000_000_000 - time.nanos() : time.nanos();
    String fraction = String.format(Locale.ROOT, "%09d", nanos);
    int end = fraction.length();
    while (fraction.charAt(end - 1) == '0') {
      end--;
    }
    return (negative ? "-" : "") + seconds + "." + fraction.substring(0, end);
  }

  private static ByteString xattrKey(byte[] name) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    key.writeBytes(ascii(PaxRecords.XATTR_PREFIX));
    key.writeBytes(name);
    return ByteString.of(key.toByteArray());
  }

  private static byte[] paxRecords(Map<ByteString, byte[]> pax) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    pax.forEach(
        (key, value) -> {
          int rest = key.length() + value.length + 3;
          int length = rest + 1;
          while (length != rest + Integer.toString(length).length()) {
            length = rest + Integer.toString(length).length();
          }
          records.writeBytes(ascii(length + " "));
          records.writeBytes(key.bytes());
          records.write('=');
          records.writeBytes(value);
          records.write('\n');
        });
    return records.toByteArray();
  }

  private static void putNumbers(
      byte[] header, int mode, long uid, long gid, long size, long mtime) {
    putOctal(header, 100, 8, mode);
    putOctal(header, 108, 8, uid);
    putOctal(header, 116, 8, gid);
    putOctal(header, 124, 12, size);
    putOctal(header, 136, 12, mtime);
  }

  private static void finish(byte[] header, byte[] name, char type) {
    System.arraycopy(name, 0, header, 0, Math.min(name.length, 100));
    header[156] = (byte) type;
    System.arraycopy(ascii("ustar\0" + "00"), 0, header, 257, 8);
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += Byte.toUnsignedInt(b);
    }
    putOctal(header, 148, 7, sum);
  }

  /** Zero-padded octal digits and a NUL, together {@code width} bytes. */
  private static void putOctal(byte[] header, int offset, int width, long value) {
    long rest = value;
    for (int i = offset + width - 2; i >= offset; i--) {
      header[i] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
    header[offset + width - 1] = 0;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
