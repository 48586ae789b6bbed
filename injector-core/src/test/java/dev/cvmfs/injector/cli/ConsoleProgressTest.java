package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.injector.inject.ProgressListener.Task;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private static final String ERASE = "\r\u001b[K";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void story_withoutTerminal_isPlainLines() {
    ConsoleProgress progress = progress(Verbosity.NORMAL, OptionalInt.empty());

    progress.step("Packing tar layer...");
    try (Task task = progress.task("Fetching from CVMFS", 3_000_000)) {
      task.advance(1_000_000);
      nanos.addAndGet(2_000_000_000);
      task.advance(2_000_000);
    }
    progress.warning("a socket was left out\n/x");

    assertThat(out.toString(UTF_8))
        .isEqualTo("Packing tar layer...\n  Fetching from CVMFS: 3.0 MB in 2.0 s (1.5 MB/s)\n");
    assertThat(err.toString(UTF_8))
        .isEqualTo("cvmfs_shrinkwrap: warning: a socket was left out\n    /x\n");
  }

  @Test
  void quiet_tellsWarningsAlone() {
    ConsoleProgress progress = progress(Verbosity.QUIET, OptionalInt.empty());

    progress.step("Packing tar layer...");
    try (Task task = progress.task("Fetching", -1)) {
      task.advance(1);
    }
    progress.warning("w");

    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8)).isEqualTo("cvmfs_shrinkwrap: warning: w\n");
  }

  @Test
  void task_closedTwiceOrEmpty_isToldOnceOrNotAtAll() {
    ConsoleProgress progress = progress(Verbosity.NORMAL, OptionalInt.empty());

    Task task = progress.task("Uploading", 5);
    task.advance(5);
    task.close();
    task.close();
    progress.task("Nothing", 0).close();

    assertThat(out.toString(UTF_8)).isEqualTo("  Uploading: 5 B in 0.0 s (5.0 kB/s)\n");
  }

  @Test
  void bar_onTerminal_isDrawnWithinItsWidth_andTakenAwayAtTheEnd() {
    ConsoleProgress progress = progress(Verbosity.NORMAL, OptionalInt.of(70));

    try (Task task = progress.task("Fetching from CVMFS", 30_000_000)) {
      task.advance(30_000_000);
      try (Task second = progress.task("Uploading", -1)) {
        second.advance(1);
      }
    }

    String drawn = err.toString(UTF_8);
    assertThat(drawn).contains("Fetching from CVMFS 100%", "30/30 MB").endsWith(ERASE);
    assertThat(drawn).doesNotContain("Uploading").doesNotContain("\n");
    for (String frame : drawn.split(ERASE.replace("[", "\\["), -1)) {
      assertThat(frame.length()).as(frame).isLessThan(70);
    }
    assertThat(out.toString(UTF_8)).hasLineCount(2);
  }

  @Test
  void bar_whenFirstHasEnded_isFreeForTheNext() {
    ConsoleProgress progress = progress(Verbosity.NORMAL, OptionalInt.of(70));

    progress.task("Fetching", 3_000).close();
    progress.task("Uploading", -1).close();

    assertThat(err.toString(UTF_8)).contains("Fetching", "Uploading");
  }

  @Test
  void movingLine_isErasedBeforeEveryOtherLine() {
    Console console = console();

    console.draw("50%");
    console.problem("a\nb");
    console.problem("c");

    assertThat(err.toString(UTF_8))
        .isEqualTo(ERASE + "50%" + ERASE + "cvmfs_shrinkwrap: a\n    b\ncvmfs_shrinkwrap: c\n");
  }

  private ConsoleProgress progress(Verbosity verbosity, OptionalInt width) {
    return new ConsoleProgress(console(), verbosity, width, nanos::get);
  }

  private Console console() {
    return new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }
}
