package dev.cvmfs.injector.layer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the table of contents of an eStargz layer: an entry for each of the archive, and one more
 * for each further chunk of a file, as JSON, which goes into a temporary file.
 */
final class TocBuilder implements AutoCloseable {
  /** Of the years 0 to 9999, which have four digits; a catalog may name others. */
  private static final long FIRST_SECOND = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();

  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private final RecordFile.Writer out;
  private final MessageDigest tocDigest = Digest.newSha256();
  private final MessageDigest chunkDigest = Digest.newSha256();
  private MessageDigest fileDigest = Digest.newSha256();
  private final List<Chunk> chunks = new ArrayList<>();
  private Optional<TarEntry> pending = Optional.empty();
  private String separator = "{\"version\":1,\"entries\":[";
  private long bytes;

  TocBuilder(RecordFile.Writer out) {
    this.out = out;
  }

  /**
   * The whole table.
   *
   * @param json its pieces
   * @param bytes of all of them
   */
  record Toc(RecordFile json, long bytes, Digest digest) {}

  /** A piece of a file's content that can be unpacked by itself. */
  private record Chunk(long offset, long size, Digest digest) {}

  /** The next entry; what follows is its content. */
  void header(TarEntry entry) throws IOException {
    flush();
    pending = Optional.of(entry);
  }

  /** A piece of content. */
  void plain(byte[] content, int from, int length) {
    chunkDigest.update(content, from, length);
    fileDigest.update(content, from, length);
  }

  /**
   * Ends a chunk, which is all the content since the last one.
   *
   * @param offset in the blob of the member that holds it
   */
  void chunk(long offset, long size) {
    chunks.add(new Chunk(offset, size, Digest.ofSha256(chunkDigest.digest())));
  }

  private void flush() throws IOException {
    if (pending.isEmpty()) {
      return;
    }
    TarEntry entry = pending.get();
    ObjectNode json = json(entry);
    if (entry.size() > 0) {
      json.put("size", entry.size()).put("digest", Digest.ofSha256(fileDigest.digest()).toString());
      putChunk(json, 0);
    }
    write(separator + json);
    separator = ",";
    long position = 0;
    for (int i = 1; i < chunks.size(); i++) {
      position += chunks.get(i - 1).size();
      ObjectNode chunk =
          JsonNodeFactory.instance
              .objectNode()
              .put("name", name(entry))
              .put("type", "chunk")
              .put("chunkOffset", position);
      putChunk(chunk, i);
      write(separator + chunk);
    }
    chunks.clear();
    fileDigest.reset();
  }

  /** The last chunk has no size: it is the rest. */
  private void putChunk(ObjectNode json, int number) {
    Chunk chunk = chunks.get(number);
    json.put("offset", chunk.offset());
    if (number < chunks.size() - 1) {
      json.put("chunkSize", chunk.size());
    }
    json.put("chunkDigest", chunk.digest().toString());
  }

  private static ObjectNode json(TarEntry entry) {
    Attributes attributes = entry.attributes();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", name(entry))
            .put("type", type(entry.type()))
            .put("mode", attributes.permissions())
            .put("uid", attributes.uid())
            .put("gid", attributes.gid());
    long seconds = attributes.mtime().seconds();
    if (seconds >= FIRST_SECOND && seconds <= LAST_SECOND) {
      json.put("modtime", Instant.ofEpochSecond(seconds).toString());
    }
    switch (entry.type()) {
      case HARD_LINK, SYMLINK -> json.put("linkName", text(entry.linkTarget()));
      case CHARACTER_DEVICE, BLOCK_DEVICE ->
          json.put("devMajor", entry.major()).put("devMinor", entry.minor());
      default -> {
        // Nothing more to say.
      }
    }
    ObjectNode xattrs = JsonNodeFactory.instance.objectNode();
    attributes.xattrs().forEach((key, value) -> xattrs.put(text(ByteString.of(key)), value));
    if (!xattrs.isEmpty()) {
      json.set("xattrs", xattrs);
    }
    return json;
  }

  private static String type(TarEntry.Type type) {
    return switch (type) {
      case FILE -> "reg";
      case HARD_LINK -> "hardlink";
      case SYMLINK -> "symlink";
      case CHARACTER_DEVICE -> "char";
      case BLOCK_DEVICE -> "block";
      case DIRECTORY -> "dir";
      case FIFO -> "fifo";
    };
  }

  private static String name(TarEntry entry) {
    return text(entry.name()) + (entry.type() == TarEntry.Type.DIRECTORY ? "/" : "");
  }

  /** Slices for such layers have nothing that is not UTF-8. */
  private static String text(ByteString bytes) {
    return new String(bytes.bytes(), StandardCharsets.UTF_8);
  }

  private void write(String piece) throws IOException {
    byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
    tocDigest.update(utf8);
    bytes += utf8.length;
    out.add(utf8);
  }

  /** Ends the table. */
  Toc finish() throws IOException {
    flush();
    pending = Optional.empty();
    write("]}");
    return new Toc(out.finish(), bytes, Digest.ofSha256(tocDigest.digest()));
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
