package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.conf.Conf;
import java.io.IOException;
import java.io.PrintStream;
import java.util.OptionalInt;

/** One run of a command: where it tells its story, and what becomes of what goes wrong. */
final class Session {

  /** What is to be done. */
  interface Work {
    ExitCode run() throws IOException;
  }

  /** A failure in JSON, a line or several. */
  interface FailureJson {
    String of(String error, ExitCode code);
  }

  private final Verbosity verbosity;
  private final boolean json;
  private final PrintStream results;
  private final Console console;
  private final ConsoleProgress progress;

  /**
   * @param json whether failures are told on standard output too, in JSON
   * @param story where the story is told; warnings and errors go to standard error
   */
  Session(Surroundings surroundings, Verbosity verbosity, boolean json, PrintStream story) {
    verbosity.configureLogging();
    this.verbosity = verbosity;
    this.json = json;
    this.results = surroundings.out();
    this.console = new Console(story, surroundings.err());
    this.progress =
        new ConsoleProgress(
            console,
            verbosity,
            verbosity == Verbosity.NORMAL ? surroundings.terminalWidth() : OptionalInt.empty(),
            surroundings.nanoTime());
  }

  /** A failure of what has no JSON of its own. */
  static FailureJson about(String key, String subject) {
    return (error, code) ->
        JsonNodeFactory.instance
            .objectNode()
            .put(key, subject)
            .put("error", error)
            .put("exitCode", code.number())
            .toString();
  }

  Console console() {
    return console;
  }

  ConsoleProgress progress() {
    return progress;
  }

  /** Tells what is odd about settings: a misspelt key is often the cause of what fails next. */
  void warnOf(Conf conf) {
    conf.warnings().forEach(progress::warning);
  }

  /** Prints a result: its JSON, if that is asked for, and a line of the story. */
  void result(String line, String inJson) {
    if (json) {
      results.println(inJson);
    }
    progress.step(line);
  }

  /** Does it; if that fails, tells how, and returns the exit code of the failure. */
  ExitCode guarded(FailureJson failureJson, Work work) {
    return guarded("", failureJson, work);
  }

  /**
   * The same for one of several.
   *
   * @param name put in front of the failure; empty for nothing
   */
  // Whatever goes wrong has to be reported, and the others are still to be done.
  @SuppressWarnings("CatchingThrowable")
  ExitCode guarded(String name, FailureJson failureJson, Work work) {
    try {
      return work.run();
    } catch (Throwable thrown) {
      Throwable failure = Failures.root(thrown);
      ExitCode code = ExitCode.of(failure);
      String text = Failures.text(failure, verbosity);
      console.problem(name.isEmpty() ? text : name + ": " + text);
      if (json) {
        results.println(failureJson.of(Failures.text(failure), code));
      }
      return code;
    }
  }
}
