package dev.cvmfs.shrinkwrap.cvmfs.cache;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** What is found where an object should be. */
sealed interface CheckedFile {
  /** Objects up to this size are read once and checked in memory, larger ones are read twice. */
  int IN_MEMORY = 1 << 20;

  int BUFFER = 1 << 16;

  /** The object. */
  record Whole(InputStream stream) implements CheckedFile {}

  /** A file with another content. */
  record Damaged() implements CheckedFile {}

  /** Nothing. */
  record Missing() implements CheckedFile {}

  /** The stored bytes, if they are the object's. */
  default Optional<InputStream> content() {
    return this instanceof Whole whole ? Optional.of(whole.stream()) : Optional.empty();
  }

  /** Reads a whole file to see whether it is the object. */
  static CheckedFile open(Path file, ContentHash expected) throws IOException {
    FileChannel stored;
    if (!Files.exists(file)) {
      // What is to be fetched is looked for here first, and an exception costs more than a look.
      return new Missing();
    }
    try {
      stored = FileChannel.open(file);
    } catch (NoSuchFileException e) {
      return new Missing();
    }
    Optional<InputStream> checked = Optional.empty();
    try {
      checked =
          stored.size() <= IN_MEMORY
              ? checkInMemory(stored, expected)
              : checkOnDisk(stored, expected);
    } finally {
      if (checked.isEmpty()) {
        stored.close();
      }
    }
    return checked.isPresent() ? new Whole(checked.get()) : new Damaged();
  }

  private static Optional<InputStream> checkInMemory(FileChannel stored, ContentHash expected)
      throws IOException {
    try (stored) {
      ByteBuffer buffer = ByteBuffer.allocate((int) stored.size());
      while (buffer.hasRemaining() && stored.read(buffer) >= 0) {
        // One read is enough for any file on a disk, but need not be.
      }
      byte[] bytes = buffer.array();
      return expected.algorithm().hash(bytes).equals(expected)
          ? Optional.of(new ByteArrayInputStream(bytes))
          : Optional.empty();
    }
  }

  private static Optional<InputStream> checkOnDisk(FileChannel stored, ContentHash expected)
      throws IOException {
    ContentHasher hasher = expected.algorithm().hasher();
    InputStream stream = Channels.newInputStream(stored);
    byte[] buffer = new byte[BUFFER];
    for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
      hasher.update(buffer, 0, count);
    }
    stored.position(0);
    return hasher.finish().equals(expected) ? Optional.of(stream) : Optional.empty();
  }
}
