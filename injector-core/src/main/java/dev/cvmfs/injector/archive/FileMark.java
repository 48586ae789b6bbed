package dev.cvmfs.injector.archive;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * By what a file that was written is known again.
 *
 * @param modified what its file system said when it had been written
 */
record FileMark(Digest digest, long size, Timestamp modified) {

  /** The mark of a file that has just been written. */
  static FileMark of(Path file, Written written) throws IOException {
    return new FileMark(written.digest(), written.size(), modified(attributes(file)));
  }

  /**
   * Whether a file is still what was written. If its time is another, as that of a copy is, it is
   * read.
   */
  boolean isOf(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    BasicFileAttributes attributes = attributes(file);
    return attributes.size() == size
        && (modified(attributes).equals(modified) || digestOf(file).digest().equals(digest));
  }

  /** Reads a whole file for its digest. */
  static Written digestOf(Path file) throws IOException {
    HashingStream hash = new HashingStream(OutputStream.nullOutputStream());
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(hash);
    }
    return hash.written();
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class);
  }

  private static Timestamp modified(BasicFileAttributes attributes) {
    Instant time = attributes.lastModifiedTime().toInstant();
    return new Timestamp(time.getEpochSecond(), time.getNano());
  }
}
