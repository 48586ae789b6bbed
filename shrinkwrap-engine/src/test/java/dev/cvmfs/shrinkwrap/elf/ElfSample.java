package dev.cvmfs.shrinkwrap.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes ELF files that say what they need and hold nothing else: header, three program headers
 * (load, interpreter, dynamic), strings, table.
 */
public final class ElfSample {
  /** Where the file is in memory, so that addresses are not offsets by chance. */
  private static final long BASE = 0x400000;

  private static final int PADDING = 40;
  private static final short X86_64 = 62;

  private final boolean is64Bit;
  private final ByteOrder order;
  private final short machine;
  private final List<Long> table = new ArrayList<>();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private String interpreter = "";
  private int padding = PADDING;

  public ElfSample(boolean is64Bit, ByteOrder order, int machine) {
    this.is64Bit = is64Bit;
    this.order = order;
    this.machine = (short) machine;
    strings.write(0);
  }

  /** For x86-64. */
  public static ElfSample usual() {
    return new ElfSample(true, ByteOrder.LITTLE_ENDIAN, X86_64);
  }

  public ElfSample interpreter(String path) {
    interpreter = path;
    return this;
  }

  public ElfSample needs(String... names) {
    for (String name : names) {
      entry(1, string(name));
    }
    return this;
  }

  public ElfSample rpath(String path) {
    return entry(15, string(path));
  }

  public ElfSample runpath(String path) {
    return entry(29, string(path));
  }

  /** An entry of the table as it is. */
  public ElfSample entry(long tag, long value) {
    table.add(tag);
    table.add(value);
    return this;
  }

  /** Bytes of code between the strings and the table. */
  public ElfSample padding(int bytes) {
    padding = bytes;
    return this;
  }

  private long string(String text) {
    int at = strings.size();
    strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
    return at;
  }

  public byte[] bytes() {
    int headerSize = is64Bit ? 64 : 52;
    int segmentSize = is64Bit ? 56 : 32;
    byte[] interpreterText = (interpreter + "\0").getBytes(StandardCharsets.UTF_8);
    int segments = interpreter.isEmpty() ? 2 : 3;
    long stringsAt = headerSize + 3L * segmentSize + interpreterText.length;
    long tableAt = stringsAt + strings.size() + padding;
    List<Long> all = new ArrayList<>(table);
    all.addAll(List.of(5L, BASE + stringsAt, 10L, (long) strings.size(), 0L, 0L));
    int width = is64Bit ? 8 : 4;
    long size = tableAt + (long) all.size() * width;
    ByteBuffer out = ByteBuffer.allocate((int) size).order(order);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (is64Bit ? 2 : 1)});
    out.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2)).put((byte) 1).position(16);
    out.putShort((short) 3).putShort(machine).putInt(1);
    number(out, 0);
    number(out, headerSize);
    number(out, 0);
    out.putInt(0).putShort((short) headerSize).putShort((short) segmentSize);
    out.putShort((short) segments);
    out.position(headerSize);
    segment(out, 1, 0, size);
    if (segments == 3) {
      segment(out, 3, headerSize + 3L * segmentSize, interpreterText.length);
    }
    segment(out, 2, tableAt, size - tableAt);
    out.position(headerSize + 3 * segmentSize);
    out.put(interpreterText).put(strings.toByteArray());
    out.position((int) tableAt);
    all.forEach(value -> number(out, value));
    return out.array();
  }

  private void segment(ByteBuffer out, int type, long offset, long size) {
    out.putInt(type);
    if (is64Bit) {
      out.putInt(5);
    }
    number(out, offset);
    number(out, BASE + offset);
    number(out, BASE + offset);
    number(out, size);
    number(out, size);
    if (!is64Bit) {
      out.putInt(5);
    }
    number(out, 0x1000);
  }

  private void number(ByteBuffer out, long value) {
    if (is64Bit) {
      out.putLong(value);
    } else {
      out.putInt((int) value);
    }
  }
}
