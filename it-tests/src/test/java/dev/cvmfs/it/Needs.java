package dev.cvmfs.it;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Says what a test needs of the machine. Where that is missing the test is skipped, and says which
 * package to install; with {@code CVMFS_IT_REQUIRE=all} in the environment it fails instead, so
 * that a machine that is meant to test everything cannot skip in silence.
 */
final class Needs {

  private Needs() {}

  static void parts(RealPart... parts) {
    Arrays.stream(parts)
        .filter(part -> part.find().isEmpty())
        .forEach(
            part ->
                missing(
                    "%s is not installed: apt-get install %s"
                        .formatted(part.command(), part.debianPackage())));
  }

  /** Owners, devices and containers need root. */
  static void root() {
    try {
      if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
        missing("only root can do this");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell who we are", e);
    }
  }

  private static void missing(String what) {
    if ("all".equals(System.getenv("CVMFS_IT_REQUIRE"))) {
      fail(what);
    }
    System.err.println("SKIPPED, " + what);
    abort(what);
  }
}
