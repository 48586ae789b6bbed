package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.LayerLimits;
import dev.cvmfs.injector.tar.TarReader;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.data.MetaHash;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads what {@link IndexEncoder} writes, from a source that may be hostile: everything is checked
 * and bounded.
 */
final class IndexDecoder {
  private static final int MAX_SUFFIX = 128;

  private final InputStream in;
  private final long contentEnd;
  private final boolean single;
  private byte[] lastHash = new byte[ContentHash.BYTES];
  private byte[] lastMeta = new byte[MetaHash.BYTES];
  private Optional<DataName> lastName = Optional.empty();
  private long lastEnd;

  /**
   * @param contentEnd where the blob's object members must have ended
   * @param single whether they are parts of one
   */
  IndexDecoder(InputStream in, long contentEnd, boolean single) throws IOException {
    this.in = in;
    this.contentEnd = contentEnd;
    this.single = single;
    byte[] magic = in.readNBytes(IndexEncoder.MAGIC.length);
    if (!Arrays.equals(magic, IndexEncoder.magic(single))) {
      throw damaged("an unknown beginning");
    }
  }

  /**
   * The next record, or empty at the end.
   *
   * @throws LayerFormatException if the index is not one that we could have written
   */
  Optional<IndexRecord> next() throws IOException {
    int flags = in.read();
    if (flags < 0) {
      return Optional.empty();
    }
    if (flags >= 2 * IndexEncoder.ONE_MEMBER) {
      throw damaged("unknown flags");
    }
    HashAlgorithm algorithm = algorithm(flags & 3);
    int shared = readByte();
    if (shared > ContentHash.BYTES) {
      throw damaged("a hash that is too long");
    }
    byte[] hash = Arrays.copyOf(lastHash, ContentHash.BYTES);
    readFully(hash, shared);
    byte[] meta = lastMeta;
    if ((flags & IndexEncoder.SAME_META) == 0) {
      meta = new byte[MetaHash.BYTES];
      readFully(meta, 0);
    }
    byte[] suffix = new byte[0];
    if ((flags & IndexEncoder.SUFFIX) != 0) {
      suffix = new byte[(int) varint(MAX_SUFFIX)];
      readFully(suffix, 0);
    }
    DataName name = name(new ContentHash(algorithm, hash), new MetaHash(meta), suffix);
    if (lastName.isPresent() && lastName.get().compareTo(name) >= 0) {
      throw damaged("names out of order");
    }
    long start = lastEnd + varint(contentEnd - lastEnd);
    int count = (flags & IndexEncoder.ONE_MEMBER) != 0 ? 1 : (int) varint(LayerLimits.MOST_CHUNKS);
    if (count == 0) {
      throw damaged("a file without content");
    }
    List<StoredMember> members = new ArrayList<>(Math.min(count, 1024));
    long end = start;
    for (int i = 0; i < count; i++) {
      StoredMember member = member(contentEnd - end);
      members.add(member);
      end += member.length();
    }
    lastHash = hash;
    lastMeta = meta;
    lastName = Optional.of(name);
    lastEnd = end;
    return Optional.of(new IndexRecord(name, start, members));
  }

  private static DataName name(ContentHash content, MetaHash meta, byte[] suffix) {
    try {
      return new DataName(content, meta, new String(suffix, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      throw damaged("a name that no file of a store has");
    }
  }

  private static HashAlgorithm algorithm(int code) {
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      if (IndexEncoder.code(algorithm) == code) {
        return algorithm;
      }
    }
    throw damaged("an unknown hash algorithm");
  }

  private StoredMember member(long longest) throws IOException {
    long length = varint(longest);
    long plainSize = varint(mostPlain(length));
    byte[] crc = new byte[4];
    readFully(crc, 0);
    int header =
        switch (readByte()) {
          case IndexEncoder.USUAL -> StoredMember.USUAL_ZLIB_HEADER;
          case IndexEncoder.UNCOMPRESSED -> StoredMember.UNCOMPRESSED;
          case IndexEncoder.OTHER_HEADER -> (readByte() << 8) | readByte();
          default -> throw damaged("an unknown kind of member");
        };
    Optional<Splice> splice = single ? Optional.of(splice(length)) : Optional.empty();
    if (length <= splice.map(Splice::tail).orElse(Gzip.HEADER + Gzip.TRAILER)) {
      throw damaged("a member without content");
    }
    return new StoredMember(length, plainSize, LittleEndian.getInt(crc, 0), header, splice);
  }

  /** What no DEFLATE stream unpacks to cannot be; and sums of such sizes are still numbers. */
  private static long mostPlain(long length) {
    return Math.min(length, TarReader.LARGEST_FILE / UnpackedInput.MOST_RATIO)
        * UnpackedInput.MOST_RATIO;
  }

  private Splice splice(long length) throws IOException {
    int flags = readByte();
    int used = flags & IndexEncoder.USED;
    int padding = (flags & IndexEncoder.PADDED) == 0 ? 0 : readByte();
    long finalBit = varint(Long.MAX_VALUE);
    if (flags >= 2 * IndexEncoder.PADDED
        || (used == 0 && padding != 0)
        || padding >= 1 << (8 - used)
        || finalBit / 8 >= length) {
      throw damaged("a part that cannot be");
    }
    return new Splice(finalBit, used, padding);
  }

  private int readByte() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw damaged("an end inside a record");
    }
    return b;
  }

  private void readFully(byte[] bytes, int from) throws IOException {
    if (in.readNBytes(bytes, from, bytes.length - from) < bytes.length - from) {
      throw damaged("an end inside a record");
    }
  }

  private long varint(long most) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int b = readByte();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        if (value > most) {
          throw damaged("a number out of range");
        }
        return value;
      }
    }
    throw damaged("a number of more than nine bytes");
  }

  private static LayerFormatException damaged(String what) {
    return new LayerFormatException("the layer's index has " + what);
  }
}
