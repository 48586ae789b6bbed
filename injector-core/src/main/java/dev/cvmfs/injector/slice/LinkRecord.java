package dev.cvmfs.injector.slice;

import dev.cvmfs.shrinkwrap.data.ContentCut;
import dev.cvmfs.shrinkwrap.data.DataVariant;
import dev.cvmfs.shrinkwrap.data.MetaHash;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A visible file that will be a link to a {@code .data} file, as a record whose bytes sort by what
 * is linked to: content, metadata hash, variant, and last the position in the tree.
 *
 * @param cut which objects make up the content, as {@link ContentCut} says
 * @param position of the file among the visible files with content, from 0
 */
record LinkRecord(
    ContentHash content,
    MetaHash meta,
    ByteString cut,
    DataVariant variant,
    long position,
    int repository,
    Attributes attributes,
    long size,
    List<ObjectRef> objects) {
  private static final int SELINUX_DIGITS = 16;

  static LinkRecord of(Entry.RegularFile file, long position, int repository) {
    return new LinkRecord(
        file.identity(),
        MetaHash.of(file.attributes()),
        ContentCut.of(file),
        DataVariant.of(file.attributes()),
        position,
        repository,
        file.attributes(),
        file.size(),
        file.objects());
  }

  /** What tells the cut apart in names: nothing, or {@code c} and 32 hexadecimal digits. */
  String cutSuffix() {
    return ContentCut.suffix(cut);
  }

  byte[] encode() {
    return SliceCodec.record(
        out -> {
          out.write(content.digest());
          out.writeByte(rank(content.algorithm()));
          out.write(meta.bytes());
          out.write(cut.bytes());
          out.writeByte(variant.specialBits());
          byte[] selinux = new byte[SELINUX_DIGITS];
          byte[] digits = variant.selinux().getBytes(StandardCharsets.US_ASCII);
          System.arraycopy(digits, 0, selinux, 0, digits.length);
          out.write(selinux);
          // With the sign turned round, negative times sort before positive ones.
          out.writeLong(variant.mtime().seconds() ^ Long.MIN_VALUE);
          out.writeInt(variant.mtime().nanos());
          out.writeLong(position);
          out.writeInt(repository);
          SliceCodec.writeAttributes(out, attributes);
          out.writeLong(size);
          SliceCodec.writeObjects(out, objects);
        });
  }

  static LinkRecord decode(byte[] record) {
    return SliceCodec.parse(
        record,
        0,
        in -> {
          byte[] digest = in.readNBytes(ContentHash.BYTES);
          ContentHash content = new ContentHash(algorithm(in.readByte()), digest);
          MetaHash meta = new MetaHash(in.readNBytes(MetaHash.BYTES));
          ByteString cut = ByteString.of(in.readNBytes(ContentCut.BYTES));
          int specialBits = in.readByte();
          byte[] selinux = in.readNBytes(SELINUX_DIGITS);
          String digits = selinux[0] == 0 ? "" : new String(selinux, StandardCharsets.US_ASCII);
          Timestamp mtime = new Timestamp(in.readLong() ^ Long.MIN_VALUE, in.readInt());
          return new LinkRecord(
              content,
              meta,
              cut,
              new DataVariant(specialBits, digits, mtime),
              in.readLong(),
              in.readInt(),
              SliceCodec.readAttributes(in),
              in.readLong(),
              SliceCodec.readObjects(in));
        });
  }

  /** The order of the names' endings: {@code -rmd160.}, {@code -shake128.}, {@code .} */
  private static int rank(HashAlgorithm algorithm) {
    return switch (algorithm) {
      case RIPEMD160 -> 0;
      case SHAKE128 -> 1;
      case SHA1 -> 2;
    };
  }

  private static HashAlgorithm algorithm(int rank) {
    return switch (rank) {
      case 0 -> HashAlgorithm.RIPEMD160;
      case 1 -> HashAlgorithm.SHAKE128;
      default -> HashAlgorithm.SHA1;
    };
  }

  boolean sameIdentity(LinkRecord other) {
    return content.equals(other.content) && meta.equals(other.meta);
  }
}
