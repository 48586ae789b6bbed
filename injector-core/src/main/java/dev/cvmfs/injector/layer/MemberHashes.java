package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.Adler32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The hashes of objects that are to be had in no catalog any more, out of their members. */
final class MemberHashes {
  private static final int BUFFER = 1 << 16;

  private MemberHashes() {}

  /**
   * The hashes of the objects that make up a content. Where there is one object, and the name does
   * not say that its hash is another, none is computed: it is the name's.
   *
   * @param record with members that fit into memory
   * @return empty if the members are none
   */
  static Optional<List<ContentHash>> of(PresentLayer layer, IndexRecord record) throws IOException {
    if (record.members().size() == 1 && record.name().suffix().indexOf('c') < 0) {
      return Optional.of(List.of(record.name().content()));
    }
    List<ContentHash> hashes = new ArrayList<>();
    try (InputStream in = layer.open(record.start(), record.end() - record.start())) {
      for (StoredMember member : record.members()) {
        byte[] bytes = in.readNBytes((int) member.length());
        HashAlgorithm algorithm = record.name().content().algorithm();
        Optional<ContentHash> hash =
            bytes.length == member.length()
                ? hash(
                    member.open(new ByteArrayInputStream(bytes)).readAllBytes(), member, algorithm)
                : Optional.empty();
        if (hash.isEmpty()) {
          return Optional.empty();
        }
        hashes.add(hash.get());
      }
    }
    return Optional.of(hashes);
  }

  private static Optional<ContentHash> hash(
      byte[] bytes, StoredMember member, HashAlgorithm algorithm) {
    boolean plain = member.zlibHeader() == StoredMember.UNCOMPRESSED;
    int length = bytes.length - Gzip.HEADER - Gzip.TRAILER;
    ContentHasher hasher = algorithm.hasher();
    Adler32 adler = new Adler32();
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(bytes, Gzip.HEADER, length);
      for (int count = inflater.inflate(buffer); count > 0; count = inflater.inflate(buffer)) {
        size += count;
        if (size > member.plainSize()) {
          return Optional.empty();
        }
        adler.update(buffer, 0, count);
        if (plain) {
          hasher.update(buffer, 0, count);
        }
      }
    } catch (DataFormatException e) {
      // Whatever it is, it is no object.
      return Optional.empty();
    } finally {
      inflater.end();
    }
    if (!plain) {
      byte[] header = {(byte) (member.zlibHeader() >> 8), (byte) member.zlibHeader()};
      hasher.update(header, 0, header.length);
      hasher.update(bytes, Gzip.HEADER, length);
      byte[] checksum = ByteBuffer.allocate(Integer.BYTES).putInt((int) adler.getValue()).array();
      hasher.update(checksum, 0, checksum.length);
    }
    return Optional.of(hasher.finish());
  }
}
