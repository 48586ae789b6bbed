package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Extended attributes as catalogs keep them (xattr.h): version (1), count, and for each attribute
 * the lengths of name and value, name, value; all numbers are single bytes.
 */
final class XattrBlob {
  private static final byte VERSION = 1;

  private XattrBlob() {}

  /** Reads a blob; an empty one holds no attributes, and none is the result if it is broken. */
  static Optional<Xattrs> parse(byte[] blob) {
    if (blob.length == 0) {
      return Optional.of(Xattrs.NONE);
    }
    Map<byte[], byte[]> attributes = new TreeMap<>(Arrays::compareUnsigned);
    ByteBuffer buffer = ByteBuffer.wrap(blob);
    try {
      if (buffer.get() != VERSION) {
        return Optional.empty();
      }
      int count = Byte.toUnsignedInt(buffer.get());
      for (int i = 0; i < count; i++) {
        byte[] name = new byte[Byte.toUnsignedInt(buffer.get())];
        byte[] value = new byte[Byte.toUnsignedInt(buffer.get())];
        buffer.get(name).get(value);
        if (name.length == 0) {
          return Optional.empty();
        }
        attributes.put(name, value);
      }
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
    return Optional.of(Xattrs.of(attributes));
  }
}
