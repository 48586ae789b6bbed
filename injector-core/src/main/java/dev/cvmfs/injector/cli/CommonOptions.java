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

/** The options that all commands have which look at images, exports or repositories. */
class CommonOptions {
  @Option(
      names = {"-c", "--conf"},
      paramLabel = "CONF",
      description =
          "Configuration, as for oci: a file, or a name in ~/.config/cvmfs_shrinkwrap or"
              + " /etc/cvmfs_shrinkwrap. Of several, the later win. Without any, what /etc/cvmfs"
              + " says.")
  private List<String> confs = List.of();

  @Option(names = "--json", description = "Print JSON: one object a line.")
  private boolean json;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where to keep what was fetched (OCI_CACHE; ~/.cache/cvmfs_shrinkwrap).")
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

  /** The settings of the files, with those of the command line laid over them. */
  Conf conf(Map<String, String> environment) {
    Conf conf = Configurations.load(confs, environment);
    Map<String, String> fromCommandLine = new LinkedHashMap<>();
    cache.ifPresent(value -> fromCommandLine.put("OCI_CACHE", value));
    addSettings(fromCommandLine);
    return conf.with(Conf.of(fromCommandLine, "command line"));
  }

  /** Adds what further options say. */
  void addSettings(Map<String, String> settings) {}
}
