package dev.cvmfs.shrinkwrap.data;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The hash of a file's metadata in the names of an export's {@code .data} store, as the original
 * computes it (shrinkwrap/util.cc): the MD5 of the nine permission bits, owner and group, each as
 * four bytes, lowest first, followed by a zero byte, then the extended attributes as CVMFS
 * serialises them, SELinux labels left out. The time of modification and the set-uid, set-gid and
 * sticky bits are not part of it; see {@link DataVariant}.
 */
public final class MetaHash implements Comparable<MetaHash> {
  public static final int BYTES = 16;

  private static final int LARGEST_BYTE = 255;

  private static final byte[] SELINUX = "security.selinux".getBytes(StandardCharsets.US_ASCII);

  private final byte[] md5;

  public MetaHash(byte[] md5) {
    if (md5.length != BYTES) {
      throw new IllegalArgumentException("a metadata hash has 16 bytes, not " + md5.length);
    }
    this.md5 = md5.clone();
  }

  public static MetaHash of(Attributes attributes) {
    MessageDigest digest = newMd5();
    updateInt(digest, attributes.permissions() & 0777);
    updateInt(digest, attributes.uid());
    updateInt(digest, attributes.gid());
    digest.update(serialise(attributes.xattrs(), false));
    return new MetaHash(digest.digest());
  }

  /**
   * Nothing if no attribute is (or is not) a SELinux label; otherwise version 1, count, and the
   * attributes. Folders that are exported may have more and longer ones than catalogs of CVMFS,
   * where each number is one byte; with these it is version 2, and each number is four bytes.
   */
  static byte[] serialise(Xattrs xattrs, boolean selinux) {
    List<byte[]> namesAndValues = new ArrayList<>();
    xattrs.forEach(
        (name, value) -> {
          if (isSelinux(name) == selinux) {
            namesAndValues.add(name);
            namesAndValues.add(value);
          }
        });
    int count = namesAndValues.size() / 2;
    if (count == 0) {
      return new byte[0];
    }
    boolean large =
        count > LARGEST_BYTE
            || namesAndValues.stream().anyMatch(bytes -> bytes.length > LARGEST_BYTE);
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    blob.write(large ? 2 : 1);
    writeNumber(blob, count, large);
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      byte[] name = namesAndValues.get(i);
      byte[] value = namesAndValues.get(i + 1);
      writeNumber(blob, name.length, large);
      writeNumber(blob, value.length, large);
      blob.writeBytes(name);
      blob.writeBytes(value);
    }
    return blob.toByteArray();
  }

  private static void writeNumber(ByteArrayOutputStream blob, int number, boolean large) {
    blob.write(number);
    if (large) {
      blob.write(number >>> 8);
      blob.write(number >>> 16);
      blob.write(number >>> 24);
    }
  }

  private static boolean isSelinux(byte[] name) {
    return name.length >= SELINUX.length
        && Arrays.equals(name, 0, SELINUX.length, SELINUX, 0, SELINUX.length);
  }

  private static void updateInt(MessageDigest digest, long value) {
    for (int shift = 0; shift < 32; shift += 8) {
      digest.update((byte) (value >>> shift));
    }
    digest.update((byte) 0);
  }

  static MessageDigest newMd5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has MD5", e);
    }
  }

  public byte[] bytes() {
    return md5.clone();
  }

  @Override
  public int compareTo(MetaHash other) {
    return Arrays.compareUnsigned(md5, other.md5);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetaHash that && Arrays.equals(md5, that.md5);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(md5);
  }

  /** The 32 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(md5);
  }
}
