package dev.cvmfs.injector.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A block of 512 bytes as a header in ustar form, where it has what {@link TarEncoder} says. Of any
 * origin: numbers may be octal or GNU's binary ones, and nothing is believed before it is checked.
 */
final class TarBlock {
  private static final long MOST_DEVICE = 07777777;

  private final byte[] block;
  private final long offset;

  /**
   * @param block its bytes
   * @param offset of its end in the archive
   */
  TarBlock(byte[] block, long offset) {
    this.block = block;
    this.offset = offset;
  }

  /** Whether it is one of those that end an archive. */
  boolean isZero() {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks the checksum.
   *
   * @throws TarFormatException if it is wrong
   */
  void requireChecksum() {
    int sum = 0;
    for (int i = 0; i < block.length; i++) {
      sum += i >= 148 && i < 156 ? ' ' : Byte.toUnsignedInt(block[i]);
    }
    if (number(148, 8) != sum) {
      throw damaged("has a header with a wrong checksum (is it a tar archive?)");
    }
  }

  char type() {
    return (char) Byte.toUnsignedInt(block[156]);
  }

  /** Prefix and name. */
  byte[] name() {
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

  byte[] linkName() {
    return field(157, 100);
  }

  int permissions() {
    return (int) number(100, 8) & 07777;
  }

  long uid() {
    return number(108, 8);
  }

  long gid() {
    return number(116, 8);
  }

  long size() {
    return number(124, 12);
  }

  /** Seconds. */
  long mtime() {
    return number(136, 12);
  }

  int major() {
    return device(329);
  }

  int minor() {
    return device(337);
  }

  private int device(int at) {
    long number = number(at, 8);
    if (number < 0 || number > MOST_DEVICE) {
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
      return binaryNumber(at, width);
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

  private long binaryNumber(int at, int width) {
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

  private byte[] field(int at, int width) {
    return upToNul(Arrays.copyOfRange(block, at, at + width));
  }

  /** The bytes before the first zero, or all of them. */
  static byte[] upToNul(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return Arrays.copyOf(bytes, i);
      }
    }
    return bytes;
  }

  private TarFormatException damaged(String what) {
    return new TarFormatException(what, offset);
  }
}
