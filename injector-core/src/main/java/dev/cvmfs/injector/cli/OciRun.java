package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.inject.Report;
import java.io.PrintStream;
import java.util.List;

/**
 * One run over several images: goes on after a failure, and prints each result as people or
 * programs want it.
 */
final class OciRun {
  private final OciJob job;
  private final Console console;
  private final ConsoleProgress progress;
  private final Verbosity verbosity;
  private final boolean json;
  private final PrintStream reports;

  OciRun(
      OciJob job,
      Console console,
      ConsoleProgress progress,
      Verbosity verbosity,
      boolean json,
      PrintStream reports) {
    this.job = job;
    this.console = console;
    this.progress = progress;
    this.verbosity = verbosity;
    this.json = json;
    this.reports = reports;
  }

  /** Does the job for each image; the result is that of the first failure, if there is one. */
  ExitCode all(List<String> images, OciOptions options) {
    ExitCode first = ExitCode.OK;
    for (int i = 0; i < images.size(); i++) {
      if (images.size() > 1) {
        progress.step("[%d/%d] %s".formatted(i + 1, images.size(), images.get(i)));
      }
      ExitCode code = one(images.get(i), images.size() > 1, options);
      first = first == ExitCode.OK ? code : first;
    }
    return first;
  }

  /** Reports one failure that keeps all images from being worked on. */
  ExitCode refused(List<String> images, RuntimeException failure) {
    ExitCode code = ExitCode.of(failure);
    console.problem(Failures.text(failure, verbosity));
    if (json) {
      images.forEach(
          image -> reports.println(ReportJson.ofFailure(image, Failures.text(failure), code)));
    }
    return code;
  }

  // Whatever goes wrong with one image, the others are still to be done and all to be reported.
  @SuppressWarnings("CatchingThrowable")
  private ExitCode one(String image, boolean named, OciOptions options) {
    try {
      Report report = job.run(image, options, progress);
      if (json) {
        reports.println(ReportJson.of(report));
      }
      progress.step(ReportText.line(report));
      return ExitCode.OK;
    } catch (Throwable thrown) {
      Throwable failure = Failures.root(thrown);
      ExitCode code = ExitCode.of(failure);
      String text = Failures.text(failure, verbosity);
      console.problem(named ? image + ": " + text : text);
      if (json) {
        reports.println(ReportJson.ofFailure(image, Failures.text(failure), code));
      }
      return code;
    }
  }
}
