package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Turns objects as CVMFS stores them into gzip members without compressing anything: the DEFLATE
 * stream inside the zlib stream is passed on as it is, and inflated only to check it and to have
 * the plain content for the hashes. An uncompressed object becomes stored DEFLATE blocks. Nothing
 * is accepted whose hash is not the one the catalog names.
 *
 * <p>This one passes on what it reads, piece by piece, whatever the object's size; {@link
 * MemoryCopier} is for those that fit into memory.
 *
 * <p>Holds an inflater and buffers; for one thread, any number of objects, to be closed.
 */
final class ObjectCopier implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Inflater inflater = new Inflater(true);
  private final byte[] input = new byte[BUFFER];
  private final byte[] output = new byte[2 * BUFFER];
  private final CRC32 crc = new CRC32();

  /** Takes pieces of what is copied. */
  interface Sink {
    void write(byte[] bytes, int from, int length) throws IOException;
  }

  /**
   * Copies an object.
   *
   * @param stored its bytes as CVMFS stores them
   * @param memberSink takes the gzip member
   * @param plainSink takes the plain content
   * @return what the index says about the member
   * @throws ObjectMismatchException if the bytes are not the object; the sinks have seen part of it
   *     then
   */
  StoredMember copy(InputStream stored, ObjectRef object, Sink memberSink, Sink plainSink)
      throws IOException, ObjectMismatchException {
    CountingSink member = new CountingSink(memberSink);
    crc.reset();
    member.write(Gzip.header(), 0, Gzip.HEADER);
    int zlibHeader =
        object.compression() == Compression.ZLIB
            ? copyZlib(stored, object, member, plainSink)
            : copyUncompressed(stored, object, member, plainSink);
    int value = (int) crc.getValue();
    member.write(Gzip.trailer(value, object.size()), 0, Gzip.TRAILER);
    return new StoredMember(member.count, object.size(), value, zlibHeader);
  }

  /**
   * Copies an object out of a layer that has it already: proves that the member holds the very
   * bytes the catalog names.
   *
   * @param member the gzip member
   * @param known what the layer's index says about it
   */
  StoredMember copyMember(
      InputStream member, StoredMember known, ObjectRef object, Sink memberSink, Sink plainSink)
      throws IOException, ObjectMismatchException {
    byte[] header = member.readNBytes(Gzip.HEADER);
    if (!Arrays.equals(header, Gzip.header())) {
      throw ObjectMismatchException.of(object, "it does not begin like one of our members");
    }
    if (object.compression() == Compression.NONE) {
      inflater.reset();
      InputStream plain = new InflaterInputStream(member, inflater, BUFFER);
      try {
        return copy(plain, object, memberSink, plainSink);
      } catch (ZipException | EOFException e) {
        throw ObjectMismatchException.of(object, "its member cannot be inflated");
      }
    }
    CountingSink counter = new CountingSink(memberSink);
    crc.reset();
    counter.write(header, 0, header.length);
    ContentHasher hasher = object.hash().algorithm().hasher();
    hasher.update(ZlibFrame.header(known.zlibHeader()), 0, ZlibFrame.HEADER);
    Tail tail = copyDeflate(member, object, hasher, counter, plainSink, Gzip.TRAILER);
    hasher.update(tail.adler(), 0, tail.adler().length);
    ObjectMismatchException.requireHash(hasher.finish(), object);
    byte[] trailer = Gzip.trailer((int) crc.getValue(), object.size());
    if (!Arrays.equals(tail.trailer(), trailer)) {
      throw ObjectMismatchException.of(
          object, "its member does not end with its checksum and length");
    }
    counter.write(trailer, 0, trailer.length);
    return new StoredMember(counter.count, object.size(), (int) crc.getValue(), known.zlibHeader());
  }

  private int copyZlib(InputStream stored, ObjectRef object, Sink member, Sink plain)
      throws IOException, ObjectMismatchException {
    ContentHasher hasher = object.hash().algorithm().hasher();
    int header = readZlibHeader(stored, object, hasher);
    Tail tail = copyDeflate(stored, object, hasher, member, plain, ZlibFrame.TRAILER);
    hasher.update(tail.trailer(), 0, tail.trailer().length);
    ObjectMismatchException.requireHash(hasher.finish(), object);
    if (!Arrays.equals(tail.trailer(), tail.adler())) {
      throw ObjectMismatchException.of(object, "it does not end with its checksum");
    }
    return header;
  }

  /**
   * Copies a DEFLATE stream while inflating it, and reads what follows up to the end of the input.
   */
  private Tail copyDeflate(
      InputStream in,
      ObjectRef object,
      ContentHasher hasher,
      Sink member,
      Sink plain,
      int trailerSize)
      throws IOException, ObjectMismatchException {
    Adler32 adler = new Adler32();
    inflater.reset();
    long plainSize = 0;
    int length = 0;
    while (!inflater.finished()) {
      length = in.read(input, 0, input.length);
      if (length < 0) {
        throw ObjectMismatchException.of(object, "it ends early");
      }
      inflater.setInput(input, 0, length);
      plainSize = inflateAvailable(object, plain, adler, plainSize);
      int consumed = length - inflater.getRemaining();
      hasher.update(input, 0, consumed);
      member.write(input, 0, consumed);
    }
    int remaining = inflater.getRemaining();
    byte[] trailer =
        Arrays.copyOf(Arrays.copyOfRange(input, length - remaining, length), trailerSize);
    int more =
        remaining < trailerSize ? in.readNBytes(trailer, remaining, trailerSize - remaining) : 0;
    if (remaining + more != trailerSize || in.read() >= 0) {
      throw ObjectMismatchException.of(object, "its length is wrong");
    }
    if (plainSize != object.size()) {
      throw ObjectMismatchException.of(object, "it inflates to %d bytes".formatted(plainSize));
    }
    return new Tail(trailer, ZlibFrame.trailer(adler));
  }

  private static int readZlibHeader(InputStream stored, ObjectRef object, ContentHasher hasher)
      throws IOException, ObjectMismatchException {
    byte[] header = new byte[ZlibFrame.HEADER];
    int length = stored.readNBytes(header, 0, header.length);
    hasher.update(header, 0, length);
    return ZlibFrame.header(header, 0, length, object);
  }

  private long inflateAvailable(ObjectRef object, Sink plain, Adler32 adler, long before)
      throws IOException, ObjectMismatchException {
    long plainSize = before;
    try {
      while (true) {
        int count = inflater.inflate(output);
        if (count == 0) {
          return plainSize;
        }
        plainSize += count;
        if (plainSize > object.size()) {
          throw ObjectMismatchException.of(object, "it inflates to more than that");
        }
        adler.update(output, 0, count);
        crc.update(output, 0, count);
        plain.write(output, 0, count);
      }
    } catch (DataFormatException e) {
      throw ObjectMismatchException.of(object, "it cannot be inflated");
    }
  }

  private int copyUncompressed(InputStream stored, ObjectRef object, Sink member, Sink plain)
      throws IOException, ObjectMismatchException {
    ContentHasher hasher = object.hash().algorithm().hasher();
    long left = object.size();
    do {
      int length = (int) Math.min(left, StoredBlock.MOST);
      if (stored.readNBytes(input, 0, length) < length) {
        throw ObjectMismatchException.of(object, "it ends early");
      }
      left -= length;
      byte[] blockHeader = StoredBlock.header(length, left == 0);
      member.write(blockHeader, 0, blockHeader.length);
      member.write(input, 0, length);
      hasher.update(input, 0, length);
      crc.update(input, 0, length);
      plain.write(input, 0, length);
    } while (left > 0);
    if (stored.read() >= 0) {
      throw ObjectMismatchException.of(object, "it goes on after that");
    }
    ObjectMismatchException.requireHash(hasher.finish(), object);
    return StoredMember.UNCOMPRESSED;
  }

  @Override
  public void close() {
    inflater.end();
  }

  /** What followed a DEFLATE stream, and the Adler-32 of its plain content as zlib writes it. */
  @SuppressWarnings("ArrayRecordComponent") // Private, never compared.
  private record Tail(byte[] trailer, byte[] adler) {}

  private static final class CountingSink implements Sink {
    private final Sink sink;
    private long count;

    private CountingSink(Sink sink) {
      this.sink = sink;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      sink.write(bytes, from, length);
      count += length;
    }
  }
}
