package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;

/**
 * Turns objects into gzip members as {@link ObjectCopier} does, but in memory, where nearly all of
 * them fit: each is read once, to where its member is going to be, and inflated once, to where its
 * plain content is going to be.
 *
 * <p>For one thread.
 */
final class MemoryCopier {
  private final WholeInflater inflater;
  private final Arena arena;

  MemoryCopier(WholeInflater inflater, Arena arena) {
    this.inflater = inflater;
    this.arena = arena;
  }

  /**
   * Copies an object.
   *
   * @param stored its bytes as CVMFS stores them
   * @return nothing if it is too large for this
   * @throws ObjectMismatchException if the bytes are not the object
   */
  Optional<ProvenObject> copy(InputStream stored, ObjectRef object)
      throws IOException, ObjectMismatchException {
    return object.compression() == Compression.ZLIB
        ? copyZlib(stored, object)
        : copyUncompressed(stored, object);
  }

  /**
   * Copies an object out of a layer that has it already: proves that the member holds the very
   * bytes the catalog names.
   *
   * @param member the gzip member
   * @param known what the layer's index says about it
   * @return nothing if it is too large for this
   */
  Optional<ProvenObject> copyMember(InputStream member, StoredMember known, ObjectRef object)
      throws IOException, ObjectMismatchException {
    int start = arena.membersEnd();
    Optional<Integer> read = arena.readMember(member, start);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    int end = read.get();
    byte[] bytes = arena.members();
    int header = start + Gzip.HEADER;
    if (end < header || !Arrays.equals(bytes, start, header, Gzip.header(), 0, Gzip.HEADER)) {
      throw ObjectMismatchException.of(object, "it does not begin like one of our members");
    }
    int streamEnd = inflate(object, header, end);
    if (object.compression() == Compression.NONE) {
      return proveUncompressed(object);
    }
    ContentHash hash =
        ZlibFrame.hash(
            object.hash().algorithm(),
            known.zlibHeader(),
            bytes,
            header,
            streamEnd - header,
            adler(object));
    ObjectMismatchException.requireHash(hash, object);
    int crc = crc(object);
    byte[] trailer = Gzip.trailer(crc, object.size());
    if (!Arrays.equals(bytes, streamEnd, end, trailer, 0, trailer.length)) {
      throw ObjectMismatchException.of(
          object, "its member does not end with its checksum and length");
    }
    return keep(object, end, crc, known.zlibHeader());
  }

  private Optional<ProvenObject> copyZlib(InputStream stored, ObjectRef object)
      throws IOException, ObjectMismatchException {
    int stream = arena.membersEnd() + Gzip.HEADER;
    int from = stream - ZlibFrame.HEADER;
    Optional<Integer> read = arena.readMember(stored, from);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    int end = read.get();
    byte[] bytes = arena.members();
    ContentHasher hasher = object.hash().algorithm().hasher();
    hasher.update(bytes, from, end - from);
    ObjectMismatchException.requireHash(hasher.finish(), object);
    int zlibHeader = ZlibFrame.header(bytes, from, end - from, object);
    int streamEnd = inflate(object, stream, end);
    if (end - streamEnd != ZlibFrame.TRAILER) {
      throw ObjectMismatchException.of(object, "its length is wrong");
    }
    byte[] trailer = ZlibFrame.trailer(adler(object));
    if (!Arrays.equals(bytes, streamEnd, end, trailer, 0, ZlibFrame.TRAILER)) {
      throw ObjectMismatchException.of(object, "it does not end with its checksum");
    }
    int crc = crc(object);
    System.arraycopy(Gzip.header(), 0, bytes, arena.membersEnd(), Gzip.HEADER);
    System.arraycopy(Gzip.trailer(crc, object.size()), 0, bytes, streamEnd, Gzip.TRAILER);
    return keep(object, streamEnd + Gzip.TRAILER, crc, zlibHeader);
  }

  private int inflate(ObjectRef object, int from, int to) throws ObjectMismatchException {
    arena.roomForPlain(size(object));
    try {
      return inflater.inflate(
          arena.members(), from, to, arena.plain(), arena.plainEnd(), size(object));
    } catch (DataFormatException e) {
      throw ObjectMismatchException.of(object, String.valueOf(e.getMessage()));
    }
  }

  private Optional<ProvenObject> copyUncompressed(InputStream stored, ObjectRef object)
      throws IOException, ObjectMismatchException {
    if (arena.readPlain(stored, size(object)) < size(object)) {
      throw ObjectMismatchException.of(object, "it ends early");
    }
    if (stored.read() >= 0) {
      throw ObjectMismatchException.of(object, "it goes on after that");
    }
    return proveUncompressed(object);
  }

  private Optional<ProvenObject> proveUncompressed(ObjectRef object)
      throws ObjectMismatchException {
    ContentHasher hasher = object.hash().algorithm().hasher();
    hasher.update(arena.plain(), arena.plainEnd(), size(object));
    ObjectMismatchException.requireHash(hasher.finish(), object);
    return frameUncompressed(object);
  }

  /** Stored blocks around the plain content that comes next. */
  private Optional<ProvenObject> frameUncompressed(ObjectRef object) {
    int start = arena.membersEnd();
    int blocks = Math.max(1, -Math.floorDiv(-size(object), StoredBlock.MOST));
    long length = Gzip.HEADER + (long) blocks * StoredBlock.HEADER + object.size() + Gzip.TRAILER;
    if (!arena.roomForMembers(start + length)) {
      return Optional.empty();
    }
    byte[] bytes = arena.members();
    System.arraycopy(Gzip.header(), 0, bytes, start, Gzip.HEADER);
    int at = start + Gzip.HEADER;
    int left = size(object);
    for (int block = 0; block < blocks; block++) {
      int count = Math.min(left, StoredBlock.MOST);
      int from = arena.plainEnd() + size(object) - left;
      left -= count;
      System.arraycopy(StoredBlock.header(count, left == 0), 0, bytes, at, StoredBlock.HEADER);
      System.arraycopy(arena.plain(), from, bytes, at + StoredBlock.HEADER, count);
      at += StoredBlock.HEADER + count;
    }
    int crc = crc(object);
    System.arraycopy(Gzip.trailer(crc, object.size()), 0, bytes, at, Gzip.TRAILER);
    return keep(object, at + Gzip.TRAILER, crc, StoredMember.UNCOMPRESSED);
  }

  private int crc(ObjectRef object) {
    CRC32 crc = new CRC32();
    crc.update(arena.plain(), arena.plainEnd(), size(object));
    return (int) crc.getValue();
  }

  private Adler32 adler(ObjectRef object) {
    Adler32 adler = new Adler32();
    adler.update(arena.plain(), arena.plainEnd(), size(object));
    return adler;
  }

  private Optional<ProvenObject> keep(ObjectRef object, int end, int crc, int zlibHeader) {
    int start = arena.membersEnd();
    int plain = arena.plainEnd();
    int size = size(object);
    arena.keep(end, plain + size);
    StoredMember member = new StoredMember(end - start, size, crc, zlibHeader);
    return Optional.of(
        members -> {
          members.blob(arena.members(), start, end - start);
          members.plain(arena.plain(), plain, size);
          return member;
        });
  }

  private static int size(ObjectRef object) {
    return (int) object.size();
  }
}
