package dev.cvmfs.injector.tar;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the entries of a tar archive one after the other: ustar, PAX (type {@code x} and {@code
 * g}), and GNU's long names and binary numbers. Nothing is unpacked; names are bytes. What a header
 * may claim is bounded, and nothing large is said of more than one entry, so a hostile archive
 * costs neither memory nor time out of proportion to its length.
 */
public final class TarReader {
  /** Bytes of a name or of a link's target; Linux takes 4,096 at once. */
  public static final int LONGEST_NAME = 1 << 16;

  /** No disk is larger, and sums of such sizes are still numbers. */
  public static final long LARGEST_FILE = 1L << 56;

  private static final int MAX_EXTENDED_HEADERS = 1 << 20;
  private static final int PIECE = 1 << 16;

  private final InputStream in;
  private final PaxRecords global = PaxRecords.ofAll();
  private long contentLeft;
  private int paddingLeft;
  private long offset;

  /** The archive's bytes, uncompressed; the caller closes the stream. */
  public TarReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next entry, or empty at the end of the archive.
   *
   * @throws TarFormatException if what follows is not a tar header we understand
   */
  public Optional<TarEntry> next() throws IOException {
    skipContent();
    PaxRecords pax = PaxRecords.ofOne(global);
    long extended = 0;
    boolean announced = false;
    for (Optional<TarBlock> read = readBlock(); read.isPresent(); read = readBlock()) {
      TarBlock block = read.get();
      if (block.isZero()) {
        return Optional.empty();
      }
      block.requireChecksum();
      if ("xgLK".indexOf(block.type()) < 0) {
        return Optional.of(entry(block, pax));
      }
      byte[] content = readExtended(block.size(), MAX_EXTENDED_HEADERS - extended);
      extended += content.length;
      switch (block.type()) {
        case 'x' -> pax.add(content, offset);
        case 'g' -> global.add(content, offset);
        case 'L' -> pax.put(PaxRecords.PATH, TarBlock.upToNul(content));
        default -> pax.put(PaxRecords.LINK_PATH, TarBlock.upToNul(content));
      }
      announced |= block.type() != 'g';
    }
    if (announced) {
      throw damaged("ends after an extended header");
    }
    return Optional.empty();
  }

  /** Reads from the content of the entry last returned; −1 at its end. */
  public int read(byte[] buffer, int from, int length) throws IOException {
    if (contentLeft == 0) {
      return -1;
    }
    int count = in.read(buffer, from, (int) Math.min(length, contentLeft));
    if (count < 0) {
      throw damaged("ends inside a file's content");
    }
    contentLeft -= count;
    offset += count;
    return count;
  }

  /** The content of the entry last returned, whole. */
  public byte[] readContent(int limit) throws IOException {
    if (contentLeft > limit) {
      throw damaged(
          "has a file of %d bytes where at most %d are expected".formatted(contentLeft, limit));
    }
    byte[] content = in.readNBytes((int) contentLeft);
    if (content.length < contentLeft) {
      throw damaged("ends inside a file's content");
    }
    contentLeft = 0;
    offset += content.length;
    return content;
  }

  private void skipContent() throws IOException {
    long left = contentLeft + paddingLeft;
    byte[] sink = new byte[(int) Math.min(left, PIECE)];
    while (left > 0) {
      int count = in.read(sink, 0, (int) Math.min(sink.length, left));
      if (count < 0) {
        throw damaged("ends inside a file's content");
      }
      left -= count;
      offset += count;
    }
    contentLeft = 0;
    paddingLeft = 0;
  }

  private Optional<TarBlock> readBlock() throws IOException {
    byte[] block = in.readNBytes(TarEncoder.BLOCK);
    if (block.length == 0) {
      return Optional.empty();
    }
    if (block.length < TarEncoder.BLOCK) {
      throw damaged("ends inside a header");
    }
    offset += block.length;
    return Optional.of(new TarBlock(block, offset));
  }

  private byte[] readExtended(long size, long most) throws IOException {
    if (size < 0 || size > most) {
      throw damaged("has an extended header of %d bytes".formatted(size));
    }
    byte[] content = in.readNBytes((int) size);
    int padding = in.readNBytes(TarEncoder.padding(size)).length;
    if (content.length < size || padding < TarEncoder.padding(size)) {
      throw damaged("ends inside an extended header");
    }
    offset += size + padding;
    return content;
  }

  private TarEntry entry(TarBlock block, PaxRecords pax) {
    byte[] name = bounded(pax.text(PaxRecords.PATH).orElseGet(block::name));
    TarEntry.Type type = type(block.type(), name);
    Attributes attributes =
        new Attributes(
            block.permissions(),
            owner(pax.number(PaxRecords.UID).orElseGet(block::uid)),
            owner(pax.number(PaxRecords.GID).orElseGet(block::gid)),
            pax.time(PaxRecords.MTIME).orElseGet(() -> new Timestamp(block.mtime(), 0)),
            pax.xattrs());
    boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    TarEntry entry =
        new TarEntry(
            ByteString.of(strip(name)),
            type,
            attributes,
            size(type, block, pax),
            ByteString.of(target(type, block, pax)),
            device ? block.major() : 0,
            device ? block.minor() : 0);
    contentLeft = entry.size();
    paddingLeft = TarEncoder.padding(entry.size());
    return entry;
  }

  private long size(TarEntry.Type type, TarBlock block, PaxRecords pax) {
    if (type != TarEntry.Type.FILE) {
      return 0;
    }
    long size = pax.number(PaxRecords.SIZE).orElseGet(block::size);
    if (size < 0 || size > LARGEST_FILE) {
      throw damaged("has a file of %d bytes".formatted(size));
    }
    return size;
  }

  private byte[] target(TarEntry.Type type, TarBlock block, PaxRecords pax) {
    return switch (type) {
      case SYMLINK -> bounded(pax.text(PaxRecords.LINK_PATH).orElseGet(block::linkName));
      case HARD_LINK -> strip(bounded(pax.text(PaxRecords.LINK_PATH).orElseGet(block::linkName)));
      default -> new byte[0];
    };
  }

  private byte[] bounded(byte[] name) {
    if (name.length > LONGEST_NAME) {
      throw damaged("has a name of %d bytes".formatted(name.length));
    }
    return name;
  }

  private TarEntry.Type type(char flag, byte[] rawName) {
    boolean slash = rawName.length > 0 && rawName[rawName.length - 1] == '/';
    return switch (flag) {
      // Before POSIX a directory was a file whose name ends in a slash.
      case '0', '\0', '7' -> slash ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMLINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      case '5' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      default -> throw damaged("has an entry of unknown type %02x".formatted((int) flag));
    };
  }

  private long owner(long id) {
    if (id < 0 || id > 0xffff_ffffL) {
      throw damaged("has an owner out of range: " + id);
    }
    return id;
  }

  /** Without leading {@code /} and {@code ./}, and without trailing slashes. */
  private static byte[] strip(byte[] name) {
    int start = 0;
    int end = name.length;
    while (start < end) {
      if (name[start] == '/') {
        start++;
      } else if (name[start] == '.' && (start + 1 == end || name[start + 1] == '/')) {
        start++;
      } else {
        break;
      }
    }
    while (end > start && name[end - 1] == '/') {
      end--;
    }
    return Arrays.copyOfRange(name, start, end);
  }

  private TarFormatException damaged(String what) {
    return new TarFormatException(what, offset);
  }
}
