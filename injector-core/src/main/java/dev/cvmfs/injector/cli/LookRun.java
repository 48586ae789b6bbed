package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.injector.inject.Injector;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import java.io.IOException;

/** One look into one repository: opens it, has something done with it, and tells what failed. */
final class LookRun {

  /** What to do with the repository. */
  interface Look {
    void at(Snapshot snapshot, Location location) throws IOException;
  }

  private final Surroundings surroundings;
  private final LookOptions options;

  LookRun(Surroundings surroundings, LookOptions options) {
    this.surroundings = surroundings;
    this.options = options;
  }

  /** Does it, and returns the exit code. */
  // Whatever goes wrong has to be reported.
  @SuppressWarnings("CatchingThrowable")
  int run(String location, Look look) {
    Verbosity verbosity = options.verbosity();
    verbosity.configureLogging();
    Console console = new Console(surroundings.out(), surroundings.err());
    try {
      open(Location.parse(location), look, console);
      return ExitCode.OK.number();
    } catch (Throwable thrown) {
      Throwable failure = Failures.root(thrown);
      ExitCode code = ExitCode.of(failure);
      console.problem(Failures.text(failure, verbosity));
      if (options.json()) {
        surroundings
            .out()
            .println(
                JsonNodeFactory.instance
                    .objectNode()
                    .put("location", location)
                    .put("error", Failures.text(failure))
                    .put("exitCode", code.number()));
      }
      return code.number();
    }
  }

  private void open(Location location, Look look, Console console) throws IOException {
    Conf conf = options.conf(surroundings.environment());
    try (CvmfsClient client =
        CvmfsClient.withCache(LookOptions.cache(conf, surroundings.environment()))) {
      CvmfsConf settings = client.settings(conf, location.fqrn());
      settings.warnings().forEach(warning -> console.problem("warning: " + warning));
      try (Snapshot snapshot = client.open(settings)) {
        if (snapshot.trust() instanceof Trust.Unverified) {
          console.problem("warning: " + Injector.unverified(snapshot.fqrn()));
        }
        look.at(snapshot, location);
      }
    }
  }
}
