package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that all commands have which work on images, exports or repositories. */
class CommonOptions {
  @Option(
      names = {"-c", "--conf"},
      paramLabel = "CONF",
      description =
          "Configuration: a file; or a name in%n~/.config/cvmfs_shrinkwrap, in"
              + " /etc/cvmfs_shrinkwrap or among the presets hub.docker.com, ghcr.io, quay.io and"
              + " localhost. Of several, the later win. Without any, what"
              + " /etc/cvmfs says.")
  private List<String> confs = List.of();

  @Option(
      names = "--json",
      description = "Print JSON: one object a line; the story goes to stderr.")
  private boolean json;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Where to keep what was fetched (OCI_CACHE), by default%n~/.cache/cvmfs_shrinkwrap.")
  private Optional<String> cache = Optional.empty();

  @Option(
      names = {"-q", "--quiet"},
      description = "Tell warnings and errors alone.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell more; twice: everything.")
  private boolean[] verbose = {};

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Spec(Target.MIXEE)
  private CommandSpec command;

  /** Whether a configuration was named. */
  final boolean isConfigured() {
    return !confs.isEmpty();
  }

  final boolean json() {
    return json;
  }

  final Verbosity verbosity() {
    return Verbosity.of(quiet, verbose.length, command.commandLine());
  }

  /** A run whose story goes to standard output, unless JSON does. */
  final Session session(Surroundings surroundings) {
    return new Session(
        surroundings, verbosity(), json, json ? surroundings.err() : surroundings.out());
  }

  /** A run whose results go to standard output, so that the story does not. */
  final Session sessionOfResults(Surroundings surroundings) {
    return new Session(surroundings, verbosity(), json, surroundings.err());
  }

  /** The settings of the files, with those of the command line laid over them. */
  Conf conf(Map<String, String> environment) {
    return underCommandLine(Configurations.load(confs, environment));
  }

  /** The same for what can do without a configuration. */
  final Conf confIfAny(Map<String, String> environment) {
    return underCommandLine(
        isConfigured() ? Configurations.load(confs, environment) : Conf.empty());
  }

  private Conf underCommandLine(Conf conf) {
    Map<String, String> fromCommandLine = new LinkedHashMap<>();
    cache.ifPresent(value -> fromCommandLine.put("OCI_CACHE", value));
    addSettings(fromCommandLine);
    return conf.with(Conf.of(fromCommandLine, "command line"));
  }

  /** Adds what further options say. */
  void addSettings(Map<String, String> settings) {}
}
