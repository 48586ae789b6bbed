package dev.cvmfs.injector.slice;

import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.data.MetaHash;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ExternalSource;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Entries and planned objects as records of temporary files. Not a format to be kept: one run
 * writes and reads it, which is why enum positions may stand in it.
 */
@SuppressWarnings("EnumOrdinal")
public final class SliceCodec {
  private SliceCodec() {}

  /** Writes to a record; only ever fails where memory does. */
  public interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads a value back. */
  public interface Parser<T> {
    T read(DataInputStream in) throws IOException;
  }

  /** A record of what the body writes. */
  public static byte[] record(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      body.write(out);
    } catch (IOException e) {
      throw new AssertionError("an array does not fail", e);
    }
    return bytes.toByteArray();
  }

  /** The value in a record, from a byte of it on. */
  public static <T> T parse(byte[] record, int from, Parser<T> parser) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(record, from, record.length - from))) {
      return parser.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException("a temporary file was changed by somebody else", e);
    }
  }

  /** Writes an entry. */
  public static void writeEntry(DataOutputStream out, TarEntry entry) throws IOException {
    out.writeByte(entry.type().ordinal());
    writeBytes(out, entry.name().bytes());
    writeAttributes(out, entry.attributes());
    out.writeLong(entry.size());
    writeBytes(out, entry.linkTarget().bytes());
    out.writeInt(entry.major());
    out.writeInt(entry.minor());
  }

  /** Reads what {@link #writeEntry} wrote. */
  public static TarEntry readEntry(DataInputStream in) throws IOException {
    TarEntry.Type type = TarEntry.Type.values()[in.readByte()];
    return new TarEntry(
        ByteString.of(readBytes(in)),
        type,
        readAttributes(in),
        in.readLong(),
        ByteString.of(readBytes(in)),
        in.readInt(),
        in.readInt());
  }

  static void writeObject(DataOutputStream out, PlannedObject object) throws IOException {
    writeHash(out, object.name().content());
    out.write(object.name().meta().bytes());
    out.writeUTF(object.name().suffix());
    writeAttributes(out, object.attributes());
    out.writeLong(object.size());
    out.writeInt(object.repository());
    writeObjects(out, object.objects());
  }

  static PlannedObject readObject(DataInputStream in) throws IOException {
    DataName name =
        new DataName(readHash(in), new MetaHash(in.readNBytes(MetaHash.BYTES)), in.readUTF());
    return new PlannedObject(
        name, readAttributes(in), in.readLong(), in.readInt(), readObjects(in));
  }

  static void writeAttributes(DataOutputStream out, Attributes attributes) throws IOException {
    out.writeShort(attributes.permissions());
    out.writeLong(attributes.uid());
    out.writeLong(attributes.gid());
    out.writeLong(attributes.mtime().seconds());
    out.writeInt(attributes.mtime().nanos());
    List<byte[]> xattrs = new ArrayList<>();
    attributes
        .xattrs()
        .forEach(
            (name, value) -> {
              xattrs.add(name);
              xattrs.add(value);
            });
    out.writeInt(xattrs.size());
    for (byte[] nameOrValue : xattrs) {
      writeBytes(out, nameOrValue);
    }
  }

  static Attributes readAttributes(DataInputStream in) throws IOException {
    int permissions = in.readShort();
    long uid = in.readLong();
    long gid = in.readLong();
    Timestamp mtime = new Timestamp(in.readLong(), in.readInt());
    Map<byte[], byte[]> xattrs = new TreeMap<>(Arrays::compareUnsigned);
    for (int left = in.readInt(); left > 0; left -= 2) {
      xattrs.put(readBytes(in), readBytes(in));
    }
    return new Attributes(permissions, uid, gid, mtime, Xattrs.of(xattrs));
  }

  static void writeObjects(DataOutputStream out, List<ObjectRef> objects) throws IOException {
    out.writeInt(objects.size());
    for (ObjectRef object : objects) {
      writeHash(out, object.hash());
      out.writeByte(object.kind().ordinal());
      out.writeByte(object.compression().ordinal());
      out.writeLong(object.size());
      out.writeBoolean(object.external().isPresent());
      if (object.external().isPresent()) {
        ExternalSource source = object.external().get();
        writeBytes(out, source.url().getBytes(StandardCharsets.US_ASCII));
        out.writeLong(source.offset());
        out.writeBoolean(source.whole());
      }
    }
  }

  static List<ObjectRef> readObjects(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<ObjectRef> objects = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      objects.add(
          new ObjectRef(
              readHash(in),
              ObjectKind.values()[in.readByte()],
              Compression.values()[in.readByte()],
              in.readLong(),
              in.readBoolean() ? Optional.of(readExternal(in)) : Optional.empty()));
    }
    return objects;
  }

  private static ExternalSource readExternal(DataInputStream in) throws IOException {
    String url = new String(readBytes(in), StandardCharsets.US_ASCII);
    return new ExternalSource(url, in.readLong(), in.readBoolean());
  }

  private static void writeHash(DataOutputStream out, ContentHash hash) throws IOException {
    out.writeByte(hash.algorithm().ordinal());
    out.write(hash.digest());
  }

  private static ContentHash readHash(DataInputStream in) throws IOException {
    HashAlgorithm algorithm = HashAlgorithm.values()[in.readByte()];
    return new ContentHash(algorithm, in.readNBytes(ContentHash.BYTES));
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }
}
