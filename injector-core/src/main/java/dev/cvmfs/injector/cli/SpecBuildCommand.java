package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.shrinkwrap.trace.Policy;
import dev.cvmfs.shrinkwrap.trace.SpecBuilder;
import dev.cvmfs.shrinkwrap.trace.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code spec build TRACE...}: a specification of what runs of programs used. */
@Command(
    name = "build",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Makes a specification of what traces tell. With a configuration (-c) the paths are compared"
          + " with the repository: what does not exist is left out, symbolic links are followed,"
          + " directories that are used whole become one line, and comments say why lines are there."
          + " Without, the lines are those of the original's spec_builder.py.",
      ""
    })
final class SpecBuildCommand implements Callable<Integer> {
  private static final int MISSING_TOLD = 20;

  private final Surroundings surroundings;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "SPEC",
      description = "Where to write it; to stdout without.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--policy",
      paramLabel = "pdir|exact",
      description =
          "How much of what is around used files is wanted: pdir (default): directories of opened"
              + " files with their direct children; exact: nothing.")
  private Policy policy = Policy.PDIR;

  @Option(
      names = "--min-runs",
      paramLabel = "N",
      description = "Leave out paths that fewer than N traces used.")
  private int minRuns = 1;

  @Option(
      names = "--fold",
      paramLabel = "PERCENT",
      description =
          "Take a directory whole if at least so much of it is used (default: 100; with -c).")
  private int fold = 100;

  @Mixin private final TraceOptions traceOptions = new TraceOptions();
  @Mixin private final LookOptions options = new LookOptions();

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  SpecBuildCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (minRuns < 1 || fold < 1 || fold > 100) {
      throw new ParameterException(
          spec.commandLine(), "--min-runs is at least 1, and --fold is between 1 and 100");
    }
    LookRun run = new LookRun(surroundings, options);
    return run.guarded(
        traceOptions.what(),
        console -> {
          build(run, console);
          return ExitCode.OK;
        });
  }

  private void build(LookRun run, Console console) throws IOException {
    Traces traces = traceOptions.read();
    SpecBuilder builder = new SpecBuilder(traces, policy, minRuns, fold);
    if (options.isConfigured()) {
      Conf conf = options.conf(surroundings.environment());
      run.open(
          conf,
          repository(traces, conf),
          console,
          snapshot -> finish(traces, builder.build(snapshot)));
    } else {
      finish(traces, builder.build());
    }
  }

  /** Which repository the traces are of. */
  static String repository(Traces traces, Conf conf) {
    List<String> configured = RegistryConf.repositories(conf);
    return traces
        .fqrn()
        .or(() -> configured.size() == 1 ? Optional.of(configured.get(0)) : Optional.empty())
        .orElseThrow(
            () -> new ConfFailure("which repository are the traces of?\nsay so with -r FQRN"));
  }

  private void finish(Traces traces, SpecBuilder.Built built) throws IOException {
    if (output.isPresent()) {
      Files.write(output.get(), built.text().bytes());
    } else {
      surroundings.out().write(built.text().bytes(), 0, built.text().length());
      surroundings.out().flush();
    }
    if (options.verbosity() == Verbosity.QUIET) {
      return;
    }
    TraceOptions.summary(traces).forEach(surroundings.err()::println);
    if (built.missingCount() > 0) {
      surroundings
          .err()
          .println(
              "  left out: %,d that the repository does not have".formatted(built.missingCount()));
      boolean all = options.verbosity() != Verbosity.NORMAL;
      built.missing().stream()
          .limit(all ? Long.MAX_VALUE : MISSING_TOLD)
          .forEach(path -> surroundings.err().println("    " + path));
    }
    surroundings.err().println(Amounts.count(built.lines(), "line", "lines") + " of specification");
  }
}
