package dev.cvmfs.shrinkwrap.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes folders where there are none. */
final class Folders {
  private Folders() {}

  /**
   * Makes a folder and those above it. A symbolic link to a folder is one; up to Java 18 {@link
   * Files#createDirectories} takes it for a file that is in its way.
   */
  static void create(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
    }
  }
}
