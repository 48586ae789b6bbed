package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.UserFolders;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that all commands have which look into a repository. */
final class LookOptions extends CommonOptions {
  @Option(
      names = "--tag",
      paramLabel = "NAME",
      description = "Look at the state with this name, instead of the newest.")
  private Optional<String> tag = Optional.empty();

  @Override
  void addSettings(Map<String, String> settings) {
    tag.ifPresent(
        value -> {
          settings.put("CVMFS_REPOSITORY_TAG", value);
          // Would be stronger than the tag.
          settings.put("CVMFS_ROOT_HASH", "");
        });
  }

  static Path cache(Conf conf, Map<String, String> environment) {
    return conf.path("OCI_CACHE").orElseGet(() -> UserFolders.of(environment).cache());
  }
}
