package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.archive.ArchiveExport;
import dev.cvmfs.injector.archive.ArchiveReport;
import dev.cvmfs.injector.archive.ArchiveRequest;
import dev.cvmfs.injector.inject.Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Exports repositories to one file. */
final class ArchiveJob {
  private final Surroundings surroundings;
  private final LookOptions look;
  private final ArchiveOptions options;
  private final String target;

  /**
   * @param target as the user wrote it, for messages
   */
  ArchiveJob(Surroundings surroundings, LookOptions look, ArchiveOptions options, String target) {
    this.surroundings = surroundings;
    this.look = look;
    this.options = options;
    this.target = target;
  }

  /** What an export makes. */
  private interface Export {
    ArchiveReport with(ArchiveExport export, ArchiveRequest request) throws IOException;
  }

  /** Does it, and returns the exit code. */
  ExitCode toTar(ExportTarget.Tar tar, Wishes wishes) {
    boolean toFile = tar.file().isPresent();
    return run(
        wishes,
        toFile,
        (export, request) -> {
          if (toFile) {
            return export.toFile(options.tar(tar.file()), tar.file().get(), request);
          }
          if (look.json()) {
            throw new ConfFailure("--json and the archive cannot both go to standard output");
          }
          return export.toStream(
              options.tar(tar.file()), new CheckedOutput(surroundings.out()), request);
        });
  }

  // Whatever goes wrong has to be reported.
  @SuppressWarnings("CatchingThrowable")
  private ExitCode run(Wishes wishes, boolean outIsFree, Export what) {
    Verbosity verbosity = look.verbosity();
    verbosity.configureLogging();
    Console console =
        new Console(
            outIsFree && !look.json() ? surroundings.out() : surroundings.err(),
            surroundings.err());
    ConsoleProgress progress =
        new ConsoleProgress(
            console,
            verbosity,
            verbosity == Verbosity.NORMAL ? surroundings.terminalWidth() : OptionalInt.empty(),
            surroundings.nanoTime());
    try {
      Map<String, String> environment = surroundings.environment();
      Conf conf = look.conf(environment);
      conf.warnings().forEach(progress::warning);
      Path cache = LookOptions.cache(conf, environment);
      try (Snapshots snapshots = new Snapshots(cache)) {
        ArchiveReport report =
            what.with(
                new ArchiveExport(snapshots, cache, progress, surroundings.nanoTime()),
                wishes.request(conf));
        if (look.json()) {
          surroundings.out().println(ArchiveText.json(report));
        }
        progress.step(ArchiveText.line(report));
        return ExitCode.OK;
      }
    } catch (Throwable thrown) {
      Throwable failure = Failures.root(thrown);
      ExitCode code = ExitCode.of(failure);
      console.problem(Failures.text(failure, verbosity));
      if (look.json() && outIsFree) {
        surroundings.out().println(ArchiveText.json(target, Failures.text(failure), code));
      }
      return code;
    }
  }

  /**
   * What the command line says of what is wanted.
   *
   * @param again whether to write what is up to date
   * @param sync whether to wait for the disk
   */
  record Wishes(
      List<String> repositories, Optional<Path> specification, boolean again, boolean sync) {
    Wishes {
      repositories = List.copyOf(repositories);
    }

    private ArchiveRequest request(Conf conf) {
      return new ArchiveRequest(
          conf, repositories, specification, again, sync, ProgramVersion.text());
    }
  }
}
