package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.Adler32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/** The hashes of objects that are to be had in no catalog any more, out of their members. */
final class MemberHashes {
  private static final int BUFFER = 1 << 16;

  private MemberHashes() {}

  /**
   * The hashes of the objects that make up contents, for each; nothing for those whose members are
   * none. Where the name alone would have to tell the hash, and does not, there is nothing either:
   * it may be a file in a single chunk, but it may as well be forged.
   *
   * @param records in their order, with members that fit into memory
   */
  static List<Optional<List<ContentHash>>> of(PresentLayer layer, List<IndexRecord> records)
      throws IOException {
    List<PresentMember> wanted =
        records.stream()
            .filter(record -> !isNamed(record))
            .flatMap(record -> members(record).stream())
            .toList();
    List<Optional<List<ContentHash>>> hashes = new ArrayList<>(records.size());
    try (RangeReader ranges = RangeReader.overMembers(layer, wanted)) {
      for (IndexRecord record : records) {
        hashes.add(
            isNamed(record)
                ? Optional.of(List.of(record.name().content()))
                : hashes(record, ranges));
      }
    }
    return hashes;
  }

  /**
   * Whether the content is said to be the one object whose hash the name has. Of variants all but
   * the lowest say so. The lowest has the plain name, whatever it is made of: most often that
   * object, but it may be a single chunk.
   */
  private static boolean isNamed(IndexRecord record) {
    return isSingle(record) && record.name().suffix().startsWith("~");
  }

  private static boolean isSingle(IndexRecord record) {
    return record.members().size() == 1 && !record.name().hasCut();
  }

  private static List<PresentMember> members(IndexRecord record) {
    List<PresentMember> members = new ArrayList<>();
    long offset = record.start();
    for (StoredMember member : record.members()) {
      members.add(new PresentMember(offset, member));
      offset += member.length();
    }
    return members;
  }

  private static Optional<List<ContentHash>> hashes(IndexRecord record, RangeReader ranges)
      throws IOException {
    List<ContentHash> hashes = new ArrayList<>();
    for (PresentMember member : members(record)) {
      // All of them are read, as that is what the ranges are made for.
      hash(member, record.name().content().algorithm(), ranges).ifPresent(hashes::add);
    }
    boolean right =
        isSingle(record)
            ? hashes.equals(List.of(record.name().content()))
            : hashes.size() == record.members().size();
    return Optional.of(hashes).filter(all -> right);
  }

  private static Optional<ContentHash> hash(
      PresentMember member, HashAlgorithm algorithm, RangeReader ranges) throws IOException {
    try {
      byte[] bytes = ranges.read(member).readAllBytes();
      return bytes.length > Gzip.HEADER + Gzip.TRAILER
          ? hash(bytes, member.member(), algorithm)
          : Optional.empty();
    } catch (EOFException | ZipException e) {
      // Whatever it is, it is no object.
      return Optional.empty();
    }
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
    return Optional.of(
        plain
            ? hasher.finish()
            : ZlibFrame.hash(algorithm, member.zlibHeader(), bytes, Gzip.HEADER, length, adler));
  }
}
