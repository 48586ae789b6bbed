package dev.cvmfs.shrinkwrap.elf;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Reads of an ELF file what the loader goes by (System V ABI, chapters 4 and 5), in either class
 * and byte order:
 *
 * <ol>
 *   <li>the header, 52 or 64 bytes: {@code 7f 'E' 'L' 'F'}, class, byte order, …; where the program
 *       headers are and how many of them;
 *   <li>the program headers: segments, each with its place in the file and in memory. PT_INTERP is
 *       a path, PT_DYNAMIC a table, PT_LOAD tells which part of the file gets where in memory;
 *   <li>the table: pairs of numbers, a tag and a value, up to DT_NULL. Names are offsets into a
 *       table of strings, which DT_STRTAB gives as an address in memory.
 * </ol>
 *
 * Sections are not looked at: loaders do not either, and they may be stripped. Every number is
 * taken for an invention until it has been compared with the file's size and with what is
 * reasonable.
 */
public final class ElfReader {
  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};
  private static final int HEADER_32 = 52;
  private static final int HEADER_64 = 64;
  private static final int SEGMENT_32 = 32;
  private static final int SEGMENT_64 = 56;
  private static final int LARGEST_SEGMENT_HEADER = 1024;
  private static final int MOST_SEGMENTS = 1024;
  private static final int LARGEST_TABLE = 1 << 20;
  private static final int MOST_NAMES = 4096;

  /** The longest path that Linux knows, with the NUL at its end; search paths may be longer. */
  private static final int LONGEST_PATH = 4096;

  private static final int LONGEST_SEARCH_PATH = 1 << 16;

  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final long DT_NULL = 0;
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;
  private static final long DT_RPATH = 15;
  private static final long DT_RUNPATH = 29;
  private static final long DT_AUXILIARY = 0x7ffffffdL;
  private static final long DT_FILTER = 0x7fffffffL;

  /** A segment: its place in the file, and the address it gets in memory. */
  private record Segment(int type, long offset, long address, long size) {}

  private final ElfContent content;
  private final boolean is64Bit;
  private final ByteOrder order;

  private ElfReader(ElfContent content, boolean is64Bit, ByteOrder order) {
    this.content = content;
    this.is64Bit = is64Bit;
    this.order = order;
  }

  /**
   * Reads a file.
   *
   * @return empty if it is no ELF at all
   * @throws MalformedElfException if it begins like one, but cannot be loaded
   */
  public static Optional<ElfFile> read(ElfContent content)
      throws IOException, MalformedElfException {
    if (content.size() < MAGIC.length || !Arrays.equals(content.read(0, MAGIC.length), MAGIC)) {
      return Optional.empty();
    }
    if (content.size() < HEADER_32) {
      throw new MalformedElfException("it ends within its header");
    }
    byte[] beginning = content.read(0, HEADER_32);
    if (beginning[4] < 1 || beginning[4] > 2 || beginning[5] < 1 || beginning[5] > 2) {
      throw new MalformedElfException("its class or byte order does not exist");
    }
    ByteOrder order = beginning[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    return Optional.of(new ElfReader(content, beginning[4] == 2, order).read());
  }

  private ElfFile read() throws IOException, MalformedElfException {
    ByteBuffer header = part(0, is64Bit ? HEADER_64 : HEADER_32, "header");
    int machine = Short.toUnsignedInt(header.getShort(18));
    List<Segment> segments = segments(header);
    Optional<ByteString> interpreter = Optional.empty();
    Map<Long, List<Long>> table = new HashMap<>();
    for (Segment segment : segments) {
      if (segment.type() == PT_INTERP && interpreter.isEmpty()) {
        interpreter = Optional.of(string(segment.offset(), LONGEST_PATH));
      } else if (segment.type() == PT_DYNAMIC && table.isEmpty()) {
        table.putAll(table(segment));
      }
    }
    Map<Long, List<ByteString>> names = names(table, segments);
    List<ByteString> needed = new ArrayList<>();
    for (long tag : new long[] {DT_NEEDED, DT_AUXILIARY, DT_FILTER}) {
      needed.addAll(names.getOrDefault(tag, List.of()));
    }
    return new ElfFile(
        new ElfFile.Target(is64Bit, order == ByteOrder.BIG_ENDIAN, machine),
        interpreter,
        needed,
        names.getOrDefault(DT_RPATH, List.of()).stream().findFirst(),
        names.getOrDefault(DT_RUNPATH, List.of()).stream().findFirst());
  }

  private List<Segment> segments(ByteBuffer header) throws IOException, MalformedElfException {
    long offset = is64Bit ? header.getLong(32) : Integer.toUnsignedLong(header.getInt(28));
    int size = Short.toUnsignedInt(header.getShort(is64Bit ? 54 : 42));
    int count = Short.toUnsignedInt(header.getShort(is64Bit ? 56 : 44));
    if (count == 0) {
      // Object files have none, and are not loaded.
      return List.of();
    }
    if (size < (is64Bit ? SEGMENT_64 : SEGMENT_32)
        || size > LARGEST_SEGMENT_HEADER
        || count > MOST_SEGMENTS) {
      throw new MalformedElfException(
          "it has %d program headers of %d bytes".formatted(count, size));
    }
    ByteBuffer all = part(offset, (long) size * count, "program headers");
    List<Segment> segments = new ArrayList<>(count);
    for (int at = 0; at < all.limit(); at += size) {
      segments.add(
          is64Bit
              ? new Segment(
                  all.getInt(at), all.getLong(at + 8), all.getLong(at + 16), all.getLong(at + 32))
              : new Segment(
                  all.getInt(at),
                  Integer.toUnsignedLong(all.getInt(at + 4)),
                  Integer.toUnsignedLong(all.getInt(at + 8)),
                  Integer.toUnsignedLong(all.getInt(at + 16))));
    }
    return segments;
  }

  /** The values of each tag that we know, in order. */
  private Map<Long, List<Long>> table(Segment segment) throws IOException, MalformedElfException {
    ByteBuffer pairs = part(segment.offset(), segment.size(), "table of what it needs");
    int width = is64Bit ? 8 : 4;
    Map<Long, List<Long>> values = new HashMap<>();
    for (int at = 0; at + 2 * width <= pairs.limit(); at += 2 * width) {
      long tag = number(pairs, at);
      if (tag == DT_NULL) {
        break;
      }
      if (tag == DT_NEEDED
          || tag == DT_AUXILIARY
          || tag == DT_FILTER
          || tag == DT_STRTAB
          || tag == DT_RPATH
          || tag == DT_RUNPATH) {
        List<Long> ofTag = values.computeIfAbsent(tag, first -> new ArrayList<>());
        if (ofTag.size() == MOST_NAMES) {
          throw new MalformedElfException("it needs more than %d libraries".formatted(MOST_NAMES));
        }
        ofTag.add(number(pairs, at + width));
      }
    }
    return values;
  }

  private long number(ByteBuffer bytes, int at) {
    return is64Bit ? bytes.getLong(at) : Integer.toUnsignedLong(bytes.getInt(at));
  }

  private Map<Long, List<ByteString>> names(Map<Long, List<Long>> table, List<Segment> segments)
      throws IOException, MalformedElfException {
    Map<Long, List<ByteString>> names = new HashMap<>();
    List<Long> addresses = table.getOrDefault(DT_STRTAB, List.of());
    TreeSet<Long> offsets = new TreeSet<>();
    table.forEach(
        (tag, values) -> {
          if (tag != DT_STRTAB) {
            offsets.addAll(values);
          }
        });
    if (offsets.isEmpty()) {
      return names;
    }
    if (addresses.isEmpty()) {
      throw new MalformedElfException("it has names, but no table of strings");
    }
    long strings = fileOffset(addresses.get(0), segments);
    // In ascending order: content that is compressed is read once from front to back.
    Map<Long, ByteString> read = new HashMap<>();
    long length = 0;
    for (long offset : offsets) {
      if (offset < 0 || offset > content.size()) {
        throw new MalformedElfException("a name lies outside of the file");
      }
      ByteString name = string(strings + offset, LONGEST_SEARCH_PATH);
      read.put(offset, name);
      length += name.length();
      if (length > LARGEST_TABLE) {
        throw new MalformedElfException("its names take more than a megabyte");
      }
    }
    table.forEach(
        (tag, values) -> {
          if (tag != DT_STRTAB) {
            names.put(
                tag, values.stream().map(at -> Objects.requireNonNull(read.get(at))).toList());
          }
        });
    return names;
  }

  private static long fileOffset(long address, List<Segment> segments)
      throws MalformedElfException {
    for (Segment segment : segments) {
      long within = address - segment.address();
      if (segment.type() == PT_LOAD && within >= 0 && within < segment.size()) {
        return segment.offset() + within;
      }
    }
    throw new MalformedElfException("its table of strings is in no part that is loaded");
  }

  /** The text up to the next NUL. */
  private ByteString string(long offset, int longest) throws IOException, MalformedElfException {
    int step = 256;
    while (true) {
      byte[] text = bytes(offset, Math.min(step, content.size() - offset), "name");
      for (int end = 0; end < text.length; end++) {
        if (text[end] == 0) {
          return ByteString.of(Arrays.copyOf(text, end));
        }
      }
      if (text.length < step || step >= longest) {
        throw new MalformedElfException("a name has no end");
      }
      step *= 4;
    }
  }

  private ByteBuffer part(long offset, long length, String what)
      throws IOException, MalformedElfException {
    return ByteBuffer.wrap(bytes(offset, length, what)).order(order);
  }

  private byte[] bytes(long offset, long length, String what)
      throws IOException, MalformedElfException {
    if (offset < 0
        || length < 0
        || length > LARGEST_TABLE
        || offset > content.size()
        || length > content.size() - offset) {
      throw new MalformedElfException(
          "its %s would be %d bytes from %d on, of %d"
              .formatted(what, length, offset, content.size()));
    }
    return content.read(offset, (int) length);
  }
}
