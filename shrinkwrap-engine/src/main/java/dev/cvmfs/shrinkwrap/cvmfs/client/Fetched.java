package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.network.BadDataException;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An object that has just come over the network, checked against its hash: in memory if it is
 * small, as nearly all are, else in a file. A small one is judged before the disk hears of it, is
 * written in one go, and need not be read back.
 */
sealed interface Fetched {
  /** Objects up to this size are kept in memory; there are as many at a time as fetch threads. */
  int IN_MEMORY = 1 << 20;

  int BUFFER = 1 << 16;

  /** Small. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and nobody changes it.
  record InMemory(byte[] content) implements Fetched {}

  /** Large, and in the file that was named. */
  record InFile(long length) implements Fetched {}

  /** It was not necessary to fetch it, for somebody else had just done that. */
  record Elsewhere() implements Fetched {}

  /**
   * Reads a body to its end.
   *
   * @param temporary made, or overwritten, if the object is large
   * @throws BadDataException if it is something else
   */
  static Fetched receive(InputStream body, ContentHash expected, Path temporary)
      throws IOException {
    ContentHasher hasher = expected.algorithm().hasher();
    byte[] head = body.readNBytes(IN_MEMORY);
    hasher.update(head, 0, head.length);
    if (head.length < IN_MEMORY) {
      check(hasher, expected, head.length);
      return new InMemory(head);
    }
    long length = head.length;
    try (OutputStream file = Files.newOutputStream(temporary)) {
      file.write(head);
      byte[] buffer = new byte[BUFFER];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        hasher.update(buffer, 0, count);
        file.write(buffer, 0, count);
        length += count;
      }
    }
    check(hasher, expected, length);
    return new InFile(length);
  }

  private static void check(ContentHasher hasher, ContentHash expected, long length)
      throws BadDataException {
    ContentHash actual = hasher.finish();
    if (!actual.equals(expected)) {
      throw new BadDataException(
          "sent something else: %,d bytes that hash to %s".formatted(length, actual));
    }
  }
}
