package dev.cvmfs.shrinkwrap.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code .provenance/<fqrn>/.running}: it is there while an export changes something, and stays if
 * it does not come to its end. It names the boot of the machine: what a killed process has written
 * is still what it wrote, but what was not yet on the disk when the machine itself went down is
 * not.
 */
final class RunMarker {
  private static final String NAME = ".running";

  private final Path file;
  private final String boot;
  private final boolean leftBehind;
  private boolean present;

  /**
   * @param boot names the time since the machine was started
   */
  RunMarker(Layout layout, String boot) {
    this.file = layout.provenance().resolve(NAME);
    this.boot = boot;
    this.leftBehind = Files.exists(file);
  }

  /** Whether the run before did not come to its end. */
  boolean leftBehind() {
    return leftBehind;
  }

  /** Whether some run into the same base was under way when its machine went down. */
  static boolean anyLeftByAnotherBoot(Layout layout, String boot) throws IOException {
    try (DirectoryStream<Path> repositories =
        Files.newDirectoryStream(layout.base().resolve(".provenance"))) {
      for (Path repository : repositories) {
        Optional<String> other = read(repository.resolve(NAME));
        if (other.isPresent() && !other.get().equals(boot)) {
          return true;
        }
      }
    }
    return false;
  }

  private static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Says that something is changed from now on. What an earlier boot has left still stands: it is
   * not settled before a run comes to its end.
   */
  synchronized void set() throws IOException {
    if (!present) {
      if (!leftBehind) {
        AtomicFile.write(file, boot.getBytes(StandardCharsets.UTF_8));
      }
      present = true;
    }
  }

  /** Says that all is done, and on the disk. */
  void clear() throws IOException {
    Files.deleteIfExists(file);
  }
}
