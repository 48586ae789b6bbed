package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.inject.Report;
import java.io.IOException;
import java.util.List;

/**
 * One run over several images: goes on after a failure, and prints each result as people or
 * programs want it.
 */
final class OciRun {
  private final OciJob job;
  private final Session session;

  OciRun(OciJob job, Session session) {
    this.job = job;
    this.session = session;
  }

  /** Does the job for each image; the result is that of the first failure, if there is one. */
  ExitCode all(List<String> images, OciOptions options) {
    ExitCode first = ExitCode.OK;
    for (int i = 0; i < images.size(); i++) {
      String image = images.get(i);
      boolean several = images.size() > 1;
      if (several) {
        session.progress().step("[%d/%d] %s".formatted(i + 1, images.size(), image));
      }
      ExitCode code =
          session.guarded(
              several ? image : "",
              (error, failed) -> ReportJson.ofFailure(image, error, failed),
              () -> one(image, options));
      first = first == ExitCode.OK ? code : first;
    }
    return first;
  }

  private ExitCode one(String image, OciOptions options) throws IOException {
    Report report = job.run(image, options, session.progress());
    session.result(ReportText.line(report), ReportJson.of(report));
    return ExitCode.OK;
  }
}
