package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.trace.TraceCheck;
import dev.cvmfs.shrinkwrap.trace.Traces;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spec check TRACE... --spec SPEC}: what traces used that a specification lacks. */
@Command(
    name = "check",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Lists what traces used that a specification lacks, a path a line. With a configuration (-c),"
          + " without what the repository does not have, and with what is behind symbolic links.",
      "Ends with 9 if there is something.",
      ""
    })
final class SpecCheckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Option(
      names = "--spec",
      required = true,
      paramLabel = "SPEC",
      description = "The specification.")
  private Path specification;

  @Mixin private final TraceOptions traceOptions = new TraceOptions();
  @Mixin private final LookOptions options = new LookOptions();

  SpecCheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    LookRun run = new LookRun(surroundings, options);
    return run.guarded(traceOptions.what(), console -> check(run, console));
  }

  private ExitCode check(LookRun run, Console console) throws IOException {
    SpecificationFile wanted = SpecificationFile.read(specification);
    Traces traces = traceOptions.read();
    TraceCheck check = new TraceCheck(traces, wanted);
    List<TreePath> missing = new ArrayList<>();
    if (options.isConfigured()) {
      Conf conf = options.conf(surroundings.environment());
      run.open(
          conf,
          SpecBuildCommand.repository(traces, conf),
          console,
          snapshot -> missing.addAll(check.missing(snapshot)));
    } else {
      missing.addAll(check.missing());
    }
    missing.forEach(this::print);
    return missing.isEmpty() ? ExitCode.OK : ExitCode.FOUND;
  }

  private void print(TreePath path) {
    surroundings.out().println(options.json() ? json(path) : path.toString());
  }

  /** A path that a specification lacks, in a line. */
  static String json(TreePath path) {
    return JsonNodeFactory.instance.objectNode().put("missing", path.toString()).toString();
  }
}
