package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import java.io.IOException;
import java.nio.file.Path;

/** One look into one repository: opens it, has something done with it, and tells what failed. */
final class LookRun {

  /** What to do with the repository. */
  interface Look {
    void at(Snapshot snapshot, Location location) throws IOException;
  }

  /** What to do with an opened repository. */
  interface Visit {
    void of(Snapshot snapshot) throws IOException;
  }

  /** Something that may fail; what it returns is the exit code. */
  interface Work {
    ExitCode run(Console console) throws IOException;
  }

  private final Surroundings surroundings;
  private final LookOptions options;

  LookRun(Surroundings surroundings, LookOptions options) {
    this.surroundings = surroundings;
    this.options = options;
  }

  /** Opens the repository of a location, does it, and returns the exit code. */
  int run(String location, Look look) {
    return guarded(
        location,
        console -> {
          Location wanted = Location.parse(location);
          Conf conf = options.conf(surroundings.environment());
          open(conf, wanted.fqrn(), console, snapshot -> look.at(snapshot, wanted));
          return ExitCode.OK;
        });
  }

  /** Does something about a location, tells what failed, and returns the exit code. */
  int guarded(String location, Work work) {
    Session session = options.sessionOfResults(surroundings);
    return session
        .guarded(Session.about("location", location), () -> work.run(session.console()))
        .number();
  }

  /** Opens a repository for a visit, with the warnings that are due. */
  void open(Conf conf, String fqrn, Console console, Visit visit) throws IOException {
    conf.warnings().forEach(warning -> console.problem("warning: " + warning));
    Path cache = LookOptions.cache(conf, surroundings.environment());
    RepositoryVisit.of(
        fqrn,
        conf,
        cache,
        console,
        (snapshot, settings) -> {
          visit.of(snapshot);
          return snapshot;
        });
  }
}
