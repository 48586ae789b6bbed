package dev.cvmfs.it;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

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

  /** Whether a program is there that only some of a test needs; says so if not. */
  static boolean has(RealPart part) {
    if (part.find().isPresent()) {
      return true;
    }
    String what =
        "%s is not installed: apt-get install %s".formatted(part.command(), part.debianPackage());
    if (required()) {
      fail(what);
    }
    System.err.println("PARTLY SKIPPED, " + what);
    return false;
  }

  /**
   * A repository that is too large to be shipped with the tests: its folder in {@code
   * CVMFS_IT_DATA}, or in {@code ../shared/data} seen from the project.
   */
  static Path repository(String fqrn) {
    Path data =
        Optional.ofNullable(System.getenv("CVMFS_IT_DATA"))
            .map(Path::of)
            .orElseGet(() -> CommandLine.project().resolveSibling("shared").resolve("data"));
    Path repository = data.resolve(fqrn);
    if (!Files.isDirectory(repository)) {
      // Nobody but its makers has it, so nobody can be required to.
      String what = "there is no repository %s (CVMFS_IT_DATA)".formatted(repository);
      System.err.println("SKIPPED, " + what);
      abort(what);
    }
    return repository;
  }

  /** What takes too long for every build, and shows nothing that smaller tests do not. */
  static void longForm() {
    if (!Boolean.getBoolean("cvmfs.long")) {
      String what = "only in the long form (bin/test --long)";
      System.err.println("SKIPPED, " + what);
      abort(what);
    }
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

  /** What starts a server that a restricted place, such as a container, may not let run. */
  interface Starter<T> {
    T start() throws IOException;
  }

  /** A server that has started; where it does not even start, the test is skipped. */
  static <T> T started(String name, Starter<T> starter) throws IOException {
    try {
      return starter.start();
    } catch (IllegalStateException e) {
      missing("%s does not start here: %s".formatted(name, e.getMessage()));
      throw e;
    }
  }

  /** Something else of the machine. */
  static void that(boolean isThere, String otherwise) {
    if (!isThere) {
      missing(otherwise);
    }
  }

  private static void missing(String what) {
    if (required()) {
      fail(what);
    }
    System.err.println("SKIPPED, " + what);
    abort(what);
  }

  private static boolean required() {
    return "all".equals(System.getenv("CVMFS_IT_REQUIRE"));
  }
}
