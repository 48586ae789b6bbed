package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayOutputStream;

/**
 * Writes extended attributes as catalogs hold them (CernVM-FS, xattr.h): version 1, count, then for
 * each the lengths of name and value, the name, the value.
 */
final class XattrBlob {
  private static final int MAX = 255;

  private XattrBlob() {}

  static byte[] encode(Xattrs xattrs) {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    blob.write(1);
    blob.write(requireByte(xattrs.size(), "attributes"));
    xattrs.forEach(
        (name, value) -> {
          blob.write(requireByte(name.length, "bytes of name"));
          blob.write(requireByte(value.length, "bytes of value"));
          blob.writeBytes(name);
          blob.writeBytes(value);
        });
    return blob.toByteArray();
  }

  private static int requireByte(int count, String what) {
    if (count > MAX) {
      throw new IllegalArgumentException(
          "CVMFS keeps at most %d %s, not %d".formatted(MAX, what, count));
    }
    return count;
  }
}
