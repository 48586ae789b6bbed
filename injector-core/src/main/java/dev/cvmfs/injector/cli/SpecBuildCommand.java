package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.shrinkwrap.trace.Policy;
import dev.cvmfs.shrinkwrap.trace.SpecBuilder;
import dev.cvmfs.shrinkwrap.trace.Traces;
import dev.cvmfs.shrinkwrap.tree.Mountpoint;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
  private final Surroundings surroundings;

  @Mixin private final SpecOutput output = new SpecOutput();

  @Option(
      names = "--policy",
      paramLabel = "pdir|exact|closure",
      description =
          "What is wanted besides used files: pdir (default): the direct children of directories in"
              + " which a file was opened; exact: nothing; closure (with -c): what used files need,"
              + " such as libraries, interpreters, the rest of Python packages.")
  private Policy policy = Policy.PDIR;

  @Option(
      names = "--library-path",
      paramLabel = "DIRS",
      description =
          "What the runs had in LD_LIBRARY_PATH, for --policy closure: directories between colons;"
              + " those outside of the repository do not matter.")
  private String libraryPath = "";

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
    if (policy == Policy.CLOSURE && !options.isConfigured()) {
      throw new ParameterException(
          spec.commandLine(),
          "--policy closure needs a configuration (-c): what files need, only the repository tells");
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
    if (!options.isConfigured()) {
      finish(traces, new SpecBuilder(traces, policy, minRuns, fold).build());
      return;
    }
    Conf conf = options.conf(surroundings.environment());
    String fqrn = repository(traces, conf);
    SpecBuilder builder = new SpecBuilder(traces, policy, minRuns, fold, libraryPath(fqrn));
    run.open(conf, fqrn, console, snapshot -> finish(traces, builder.build(snapshot)));
  }

  private List<TreePath> libraryPath(String fqrn) {
    Mountpoint mountpoint = new Mountpoint(fqrn);
    return Arrays.stream(libraryPath.split(":", -1))
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Mountpoint.withoutDots(directory.getBytes(StandardCharsets.UTF_8)))
        .flatMap(directory -> mountpoint.inside(directory).stream())
        .map(TreePath::of)
        .toList();
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
    output.write(built.text().bytes(), surroundings);
    if (options.verbosity() != Verbosity.QUIET) {
      BuildText text = new BuildText(options.verbosity() != Verbosity.NORMAL);
      text.of(traces, built, output.where()).forEach(surroundings.err()::println);
    }
  }
}
