package dev.cvmfs.conf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a machine's configuration says about one repository, and where it is.
 *
 * @param folder usually {@link SystemConf#FOLDER}
 * @param configRepository the local folder that stands for the configuration repository
 */
public record MachineConf(Conf settings, Path folder, Optional<Path> configRepository) {

  /** The settings of a machine whose own configuration is not read. */
  static MachineConf none(Conf given) {
    return new MachineConf(given, SystemConf.FOLDER, Optional.empty());
  }

  /** The same with other settings laid over those of the machine. */
  public MachineConf with(Conf given) {
    return new MachineConf(settings.with(given), folder, configRepository);
  }

  /**
   * The lists of what is not to be trusted: the one that is named, or else the machine's; and that
   * of the configuration repository.
   */
  Stream<Path> blacklists(Optional<Path> named) {
    return Stream.concat(
        named.or(() -> Optional.of(folder.resolve("blacklist")).filter(Files::exists)).stream(),
        configRepository.map(root -> root.resolve("etc/cvmfs/blacklist")).stream()
            .filter(Files::exists));
  }
}
