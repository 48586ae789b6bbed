package dev.cvmfs.injector.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Which program this is. */
final class ProgramVersion {
  static final String PROGRAM = "cvmfs_shrinkwrap";

  private ProgramVersion() {}

  /** Name and version. */
  static String text() {
    return PROGRAM + " " + version();
  }

  private static String version() {
    try (InputStream in = ProgramVersion.class.getResourceAsStream("version.txt")) {
      if (in == null) {
        throw new AssertionError("the jar lacks its file version.txt");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read version.txt of the jar", e);
    }
  }
}
