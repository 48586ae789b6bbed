package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.shrinkwrap.spec.Reading;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of commands about specifications. */
final class SpecOptions {
  @Option(
      names = "--compat",
      description =
          "Read the specification as the original cvmfs_shrinkwrap does, as far as it ever ends.")
  private boolean compat;

  @Option(
      names = {"-r", "--repo"},
      paramLabel = "FQRN",
      description =
          "The repository; without it, what the configuration says, or the name of the"
              + " specification, if it is FQRN.spec.")
  private Optional<String> repository = Optional.empty();

  Reading reading() {
    return compat ? Reading.ORIGINAL : Reading.LAST_MATCH;
  }

  /** Whether a repository was named. */
  boolean namesRepository() {
    return repository.isPresent();
  }

  /**
   * Which repository a specification is about.
   *
   * @throws ConfFailure if nobody says
   */
  String repository(Conf conf, Path specification) {
    return repository
        .or(() -> onlyOne(RegistryConf.repositories(conf)))
        .or(() -> SpecificationFile.fqrn(specification))
        .orElseThrow(
            () ->
                new ConfFailure(
                    "which repository is %s about?\nsay so with -r FQRN".formatted(specification)));
  }

  private static Optional<String> onlyOne(List<String> repositories) {
    return repositories.size() == 1 ? Optional.of(repositories.get(0)) : Optional.empty();
  }
}
