package dev.cvmfs.injector.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code spec COMMAND}: what helps to write specifications. */
@Command(
    name = "spec",
    mixinStandardHelpOptions = true,
    description = {"Makes, checks, compares and explains specifications.", ""},
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "'" + ProgramVersion.PROGRAM + " spec COMMAND --help' explains a command."})
final class SpecCommand implements Runnable {
  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  /** With all commands there are. */
  static CommandLine withCommands(Surroundings surroundings) {
    return new CommandLine(new SpecCommand())
        .addSubcommand(new SpecLintCommand(surroundings))
        .addSubcommand(new SpecExplainCommand(surroundings))
        .addSubcommand(new SpecCostCommand(surroundings))
        .addSubcommand(new SpecBuildCommand(surroundings))
        .addSubcommand(new SpecCheckCommand(surroundings))
        .addSubcommand(new SpecMergeCommand(surroundings))
        .addSubcommand(new SpecDiffCommand(surroundings))
        .addSubcommand(new SpecFromEnvCommand(surroundings));
  }

  /** No command was given. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing, such as lint");
  }
}
