package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.Errno;
import dev.cvmfs.shrinkwrap.os.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Optional;

/** Whether there is any left on the disk. */
final class Space {
  private Space() {}

  /** Whether something failed because the disk, or the user's share of it, is full. */
  static boolean isMissing(IOException failure) {
    if (failure instanceof SystemCallException call) {
      return call.is(Errno.ENOSPC) || call.is(Errno.EDQUOT);
    }
    // Java's own files tell only in words.
    String message = Optional.ofNullable(failure.getMessage()).orElse("").toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("quota exceeded");
  }

  /**
   * Tells that the disk is full.
   *
   * @param path the first file that did not fit
   * @param bytes how much was still to be written, this file included
   */
  static IOException missing(Layout layout, String path, long bytes) throws IOException {
    long free = Files.getFileStore(layout.base()).getUsableSpace();
    return new IOException(
        "the disk of %s is full, at %s: %,d bytes of content are still to be written, and %,d are free, so at least %,d are missing; the visible tree is as it was: make room and run this again"
            .formatted(layout.base(), path, bytes, free, Math.max(bytes - free, 1)));
  }

  /** Tells that the disk is full, where it is not content that does not fit. */
  static IOException missing(Layout layout, IOException failure) throws IOException {
    long free = Files.getFileStore(layout.base()).getUsableSpace();
    return new IOException(
        "the disk of %s is full, with %,d bytes free: %s\nmake room and run this again"
            .formatted(layout.base(), free, failure.getMessage()),
        failure);
  }
}
