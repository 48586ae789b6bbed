package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.conf.ConfFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What is told on which stream, and what becomes of failures. */
class SessionTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Surroundings surroundings =
      new Surroundings(
          new PrintStream(out, true, UTF_8),
          new PrintStream(err, true, UTF_8),
          Map.of(),
          OptionalInt.empty(),
          () -> 0);

  @Test
  void result_isToldAsAskedFor() {
    session(Verbosity.NORMAL, false).result("a line", "{}");
    session(Verbosity.QUIET, false).result("not told", "{}");
    assertThat(out.toString(UTF_8)).isEqualTo("a line\n");

    session(Verbosity.QUIET, true).result("not told", "{\"a\":1}");
    assertThat(out.toString(UTF_8)).isEqualTo("a line\n{\"a\":1}\n");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void failure_isToldToPeopleAndToPrograms() {
    ExitCode code =
        session(Verbosity.NORMAL, true)
            .guarded(
                "one of several",
                Session.about("location", "x.org/a"),
                () -> {
                  throw new CompletionException(new ConfFailure("no such thing"));
                });

    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(UTF_8)).isEqualTo("cvmfs_shrinkwrap: one of several: no such thing\n");
    assertThat(out.toString(UTF_8))
        .isEqualTo("{\"location\":\"x.org/a\",\"error\":\"no such thing\",\"exitCode\":2}\n");
  }

  @Test
  void failure_withoutJson_isToldToPeopleAlone() {
    ExitCode code =
        session(Verbosity.QUIET, false)
            .guarded(
                Session.about("location", "x.org/a"),
                () -> {
                  throw new IOException("disk");
                });

    assertThat(code).isEqualTo(ExitCode.LOCAL_DISK);
    assertThat(err.toString(UTF_8)).isEqualTo("cvmfs_shrinkwrap: local file: disk\n");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  private Session session(Verbosity verbosity, boolean json) {
    return new Session(surroundings, verbosity, json, surroundings.out());
  }
}
