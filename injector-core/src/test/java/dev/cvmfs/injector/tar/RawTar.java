package dev.cvmfs.injector.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes tar archives that no tool would: what a header says need not be so. */
public final class RawTar {
  private static final int BLOCK = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A record of an extended header. */
  public static byte[] record(String key, byte[] value) {
    byte[] head = (key + "=").getBytes(StandardCharsets.ISO_8859_1);
    int rest = head.length + value.length + 2;
    int length = rest + Integer.toString(rest).length();
    if (length != rest + Integer.toString(length).length()) {
      length++;
    }
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.writeBytes(ascii(length + " "));
    record.writeBytes(head);
    record.writeBytes(value);
    record.write('\n');
    return record.toByteArray();
  }

  public static byte[] record(String key, String value) {
    return record(key, ascii(value));
  }

  /** A header, what it says of its length being true, and its content. */
  public RawTar add(char type, String name, byte[] content) {
    header(type, name, "", content.length);
    out.writeBytes(content);
    out.writeBytes(new byte[TarEncoder.padding(content.length)]);
    return this;
  }

  /** A header alone, whatever it says. */
  public RawTar header(char type, String name, String target, long size) {
    byte[] block = new byte[BLOCK];
    put(block, 0, 100, ascii(name));
    put(block, 100, 8, ascii("0000644"));
    put(block, 108, 8, ascii("0000000"));
    put(block, 116, 8, ascii("0000000"));
    putSize(block, size);
    put(block, 136, 12, ascii("00000000000"));
    block[156] = (byte) type;
    put(block, 157, 100, ascii(target));
    put(block, 257, 8, ascii("ustar\0" + "00"));
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += Byte.toUnsignedInt(b);
    }
    for (int digit = 0; digit < 6; digit++) {
      block[148 + digit] = (byte) ('0' + ((sum >> (3 * (5 - digit))) & 7));
    }
    block[154] = 0;
    out.writeBytes(block);
    return this;
  }

  /** Eight bytes in GNU's binary form, which can say any number. */
  private static void putSize(byte[] block, long size) {
    Arrays.fill(block, 124, 128, (byte) (size < 0 ? 0xff : 0));
    block[124] |= (byte) 0x80;
    for (int i = 0; i < Long.BYTES; i++) {
      block[128 + i] = (byte) (size >> (8 * (Long.BYTES - 1 - i)));
    }
  }

  private static void put(byte[] block, int at, int width, byte[] text) {
    System.arraycopy(text, 0, block, at, Math.min(width, text.length));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Bytes so far. */
  public int size() {
    return out.size();
  }

  /** The archive so far. */
  public byte[] toBytes() {
    return out.toByteArray();
  }

  /** The archive with its end. */
  public byte[] finish() {
    out.writeBytes(new byte[2 * BLOCK]);
    return out.toByteArray();
  }
}
