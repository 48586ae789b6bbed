package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.UserFolders;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that all commands have which look into a repository. */
final class LookOptions {
  @Option(
      names = {"-c", "--conf"},
      paramLabel = "CONF",
      description =
          "Configuration: a file; or a name in ~/.config/cvmfs_shrinkwrap or"
              + " /etc/cvmfs_shrinkwrap. Of several, the later win. Without any, what /etc/cvmfs says"
              + " (CVMFS_SHRINKWRAP_SYSTEM_CONFIG=yes).")
  private List<String> confs = List.of();

  @Option(
      names = "--tag",
      paramLabel = "NAME",
      description = "Look at the state with this name, instead of the newest.")
  private Optional<String> tag = Optional.empty();

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
  boolean isConfigured() {
    return !confs.isEmpty();
  }

  boolean json() {
    return json;
  }

  Verbosity verbosity() {
    return Verbosity.of(quiet, verbose.length, command.commandLine());
  }

  /** The settings of the files, with those of the command line laid over them. */
  Conf conf(Map<String, String> environment) {
    Map<String, String> fromCommandLine = new LinkedHashMap<>();
    Conf conf = Configurations.load(confs, environment);
    cache.ifPresent(value -> fromCommandLine.put("OCI_CACHE", value));
    tag.ifPresent(
        value -> {
          fromCommandLine.put("CVMFS_REPOSITORY_TAG", value);
          // Would be stronger than the tag.
          fromCommandLine.put("CVMFS_ROOT_HASH", "");
        });
    return conf.with(Conf.of(fromCommandLine, "command line"));
  }

  static Path cache(Conf conf, Map<String, String> environment) {
    return conf.path("OCI_CACHE").orElseGet(() -> UserFolders.of(environment).cache());
  }
}
