package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The whole command line; {@link #run} is the program. */
@Command(
    name = ProgramVersion.PROGRAM,
    mixinStandardHelpOptions = true,
    description =
        "Keeps a slice of a CernVM-FS repository fresh inside published container images.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "'" + ProgramVersion.PROGRAM + " COMMAND --help' explains a command."})
public final class Program implements Callable<Integer> {
  private static final int WIDEST_HELP = 110;

  private final Surroundings surroundings;
  private final OciJob ociJob;

  @ArgGroup(
      validate = false,
      heading = "%nWithout a command, it exports as the original cvmfs_shrinkwrap:%n")
  private OriginalOptions original = new OriginalOptions();

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  public Program(Surroundings surroundings, OciJob ociJob) {
    this.surroundings = surroundings;
    this.ociJob = ociJob;
  }

  /** Runs the whole program and returns its exit code. */
  public static int execute(Surroundings surroundings, String... arguments) {
    try (InjectionJob job = new InjectionJob(surroundings)) {
      return new Program(surroundings, job).run(arguments);
    }
  }

  /** Runs the program and returns its exit code. */
  public int run(String... arguments) {
    CommandLine oci =
        new CommandLine(new OciCommand(surroundings, ociJob))
            .addSubcommand(new StatusCommand(surroundings))
            .addSubcommand(new RollbackCommand(surroundings))
            .addSubcommand(new EjectCommand(surroundings));
    CommandLine commandLine =
        new CommandLine(this)
            .addSubcommand("oci", oci)
            .addSubcommand(new ExportCommand(surroundings))
            .addSubcommand(new VerifyCommand(surroundings))
            .addSubcommand(new DiffCommand(surroundings))
            .addSubcommand(new LsCommand(surroundings))
            .addSubcommand(new CatCommand(surroundings))
            .addSubcommand(new StatCommand(surroundings))
            .addSubcommand(new TagsCommand(surroundings))
            .addSubcommand(new InfoCommand(surroundings, Clock.systemUTC()))
            .addSubcommand(SpecCommand.withCommands(surroundings))
            .addSubcommand(TraceCommand.withCommands(surroundings))
            .setOut(new PrintWriter(surroundings.out(), true, UTF_8))
            .setErr(new PrintWriter(surroundings.err(), true, UTF_8))
            .setUsageHelpWidth(Math.min(surroundings.terminalWidth().orElse(80), WIDEST_HELP))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
            .setParameterExceptionHandler((failure, given) -> refuse(failure))
            .setExecutionExceptionHandler((failure, command, parsed) -> fail(failure));
    commandLine.getCommandSpec().version(ProgramVersion.text());
    commandLine.getSubcommands().values().forEach(Program::describe);
    oci.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes (of the first image that failed):%n");
    return checked(commandLine.execute(arguments));
  }

  /** What was printed is part of the work: a list or a report that was cut off is not done. */
  private int checked(int exitCode) {
    if (exitCode != ExitCode.OK.number() && exitCode != ExitCode.FOUND.number()) {
      return exitCode;
    }
    try {
      CheckedOutput.requireWell(surroundings.out());
      return exitCode;
    } catch (IOException e) {
      problem(Failures.text(e));
      return exitCode == ExitCode.OK.number() ? ExitCode.of(e).number() : exitCode;
    }
  }

  private static void describe(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().version(ProgramVersion.text()).usageMessage();
    usage.exitCodeListHeading("%nExit codes:%n");
    usage.exitCodeList(exitCodes());
    command.getSubcommands().values().forEach(Program::describe);
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      codes.put(Integer.toString(code.number()), code.meaning());
    }
    return codes;
  }

  /** No command was given: it is the original's command line, or a mistake. */
  @Override
  public Integer call() throws IOException {
    if (original.repository().isEmpty()) {
      throw new ParameterException(spec.commandLine(), "a command is missing, such as oci");
    }
    return new OriginalRun(surroundings, original).run();
  }

  private int refuse(ParameterException failure) {
    String name = failure.getCommandLine().getCommandSpec().qualifiedName();
    problem("%s\ntry '%s --help'".formatted(failure.getMessage(), name));
    return ExitCode.USAGE.number();
  }

  private int fail(Exception failure) {
    Throwable root = Failures.root(failure);
    problem(Failures.text(root));
    return ExitCode.of(root).number();
  }

  private void problem(String text) {
    new Console(surroundings.out(), surroundings.err()).problem(text);
  }
}
