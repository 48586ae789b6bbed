package dev.cvmfs.shrinkwrap.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;

/**
 * {@code .data/.format}: it is in a store that holds no object but ours, and says by which rules
 * the objects got their names. By those of format 1 content in several objects could take the plain
 * name, which does not prove it.
 */
final class StoreFormat {
  static final String VERSION = "2";

  private StoreFormat() {}

  /** Whether a name says everything about the content. */
  static boolean isOurs(Layout layout) throws IOException {
    try {
      return Files.readString(layout.format(), StandardCharsets.ISO_8859_1).strip().equals(VERSION);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  static void write(Layout layout) throws IOException {
    AtomicFile.write(layout.format(), (VERSION + "\n").getBytes(StandardCharsets.US_ASCII));
  }
}
