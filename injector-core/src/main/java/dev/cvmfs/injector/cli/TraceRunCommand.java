package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.trace.TraceCheck;
import dev.cvmfs.shrinkwrap.trace.Traces;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace run -- COMMAND}: runs a command under strace, and keeps what it used. */
@Command(
    name = "run",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Runs a command under strace, which has to be installed, and writes a trace that 'spec build'"
          + " and 'spec check' read. With --spec, paths that the command used and the specification"
          + " lacks are listed on stderr at the end; with a configuration (-c) as well, without what"
          + " the repository does not have and with what is behind symbolic links. The command runs as ever, only slower; what it"
          + " starts is traced as well, but for programs with other rights (set-uid).",
      "Ends with the command's exit code; if that is 0, with 9 if the specification lacks something.",
      ""
    })
final class TraceRunCommand implements Callable<Integer> {
  private static final String CALLS =
      "file,?getdents,?getdents64,?fchdir,?clone,?clone3,?fork,?vfork";

  private final Surroundings surroundings;

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "TRACE",
      description = "Where to write the trace.")
  private Path output;

  @Option(
      names = "--spec",
      paramLabel = "SPEC",
      description = "A specification to compare with at the end.")
  private Optional<Path> specification = Optional.empty();

  @Option(
      names = {"-r", "--repo"},
      paramLabel = "FQRN",
      description = "The repository that the specification is about.")
  private Optional<String> repository = Optional.empty();

  @Mixin private final LookOptions options = new LookOptions();

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The command and its arguments, after --.")
  private List<String> command = List.of();

  TraceRunCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (options.isConfigured() && specification.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "-c is for the comparison at the end, which needs --spec");
    }
    LookRun run = new LookRun(surroundings, options);
    AtomicInteger ofCommand = new AtomicInteger();
    int ours =
        run.guarded(
            output.toString(),
            console -> {
              // What is wrong is found out before a long run, not after it.
              Optional<SpecificationFile> wanted = Optional.empty();
              if (specification.isPresent()) {
                wanted = Optional.of(SpecificationFile.read(specification.get()));
              }
              Optional<Conf> conf = Optional.empty();
              if (options.isConfigured()) {
                conf = Optional.of(options.conf(surroundings.environment()));
              }
              ofCommand.set(trace());
              Traces traces = new Traces(repository, Set.of());
              traces.read(output);
              if (options.verbosity() != Verbosity.QUIET) {
                surroundings.err().println(told(traces));
              }
              return ofCommand.get() == 0 && wanted.isPresent()
                  ? check(new TraceCheck(traces, wanted.get()), traces, conf, run, console)
                  : ExitCode.OK;
            });
    return ours == ExitCode.OK.number() ? ofCommand.get() : ours;
  }

  private ExitCode check(
      TraceCheck check, Traces traces, Optional<Conf> conf, LookRun run, Console console)
      throws IOException {
    List<TreePath> missing = new ArrayList<>();
    if (conf.isPresent()) {
      run.open(
          conf.get(),
          SpecBuildCommand.repository(traces, conf.get()),
          console,
          snapshot -> missing.addAll(check.missing(snapshot)));
    } else {
      missing.addAll(check.missing());
    }
    for (TreePath path : missing) {
      surroundings
          .err()
          .println(
              options.json() ? SpecCheckCommand.json(path) : "not in the specification: " + path);
    }
    return missing.isEmpty() ? ExitCode.OK : ExitCode.FOUND;
  }

  /** What the trace is worth, in a line. */
  private String told(Traces traces) {
    String of =
        String.join(
            ", ",
            traces.repositories().entrySet().stream()
                .map(
                    repository ->
                        Amounts.count(repository.getValue(), "use", "uses")
                            + " of "
                            + repository.getKey())
                .toList());
    return "trace written to %s: %s"
        .formatted(output, of.isEmpty() ? "nothing below /cvmfs was used" : of);
  }

  private int trace() throws IOException {
    // What strace does not tell, and relative paths are relative to.
    String start = "chdir(\"%s\") = 0\n".formatted(escaped(System.getProperty("user.dir")));
    Files.writeString(output, start, StandardCharsets.US_ASCII);
    List<String> arguments = new ArrayList<>(List.of("strace", "-f", "-y", "-A"));
    arguments.addAll(List.of("-e", "trace=" + CALLS, "-o", output.toString(), "--"));
    arguments.addAll(command);
    Process process;
    try {
      process = new ProcessBuilder(arguments).inheritIO().start();
    } catch (IOException e) {
      throw new ConfFailure(
          "strace cannot be started: %s\ninstall it, or record the run in another way: 'spec build --help' tells what can be read"
              .formatted(e.getMessage()),
          e);
    }
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command.get(0) + " was running", e);
    }
  }

  /** As strace writes paths. */
  private static String escaped(String path) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b >= ' ' && b < 0x7f && b != '"' && b != '\\';
      escaped.append(plain ? String.valueOf((char) b) : "\\%03o".formatted(b & 0xff));
    }
    return escaped.toString();
  }
}
