package dev.cvmfs.injector.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trace COMMAND}: records of what programs use. */
@Command(
    name = "trace",
    mixinStandardHelpOptions = true,
    description = {"Records what programs use, for specifications.", ""},
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "'" + ProgramVersion.PROGRAM + " trace COMMAND --help' explains a command."})
final class TraceCommand implements Runnable {
  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  /** With all commands there are. */
  static CommandLine withCommands(Surroundings surroundings) {
    return new CommandLine(new TraceCommand()).addSubcommand(new TraceRunCommand(surroundings));
  }

  /** No command was given. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing, such as run");
  }
}
