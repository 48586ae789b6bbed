package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.ConfLocator;
import dev.cvmfs.conf.SystemConf;
import java.util.List;
import java.util.Map;

/** The configurations named on a command line; without any, the machine's own. */
final class Configurations {
  private Configurations() {}

  /**
   * Reads them; of several, the later win.
   *
   * @throws ConfFailure if one cannot be read, or none is named and the machine has none
   */
  static Conf load(List<String> names, Map<String, String> environment) {
    if (names.isEmpty()) {
      return ofMachine();
    }
    ConfLocator locator = ConfLocator.of(environment);
    Conf conf = Conf.empty();
    for (String name : names) {
      conf = conf.with(locator.load(name));
    }
    return conf;
  }

  private static Conf ofMachine() {
    if (!SystemConf.isPresent(SystemConf.FOLDER)) {
      throw new ConfFailure(
          "a configuration is missing: -c CONF\nit says at least which CVMFS repository to take"
              + " files from (CVMFS_REPOSITORY_NAME), where its servers are (CVMFS_SERVER_URL), and"
              + " which key signs it (CVMFS_PUBLIC_KEY); it can be left out on machines that have"
              + " one in %s".formatted(SystemConf.FOLDER));
    }
    return Conf.of(
        Map.of("CVMFS_SHRINKWRAP_SYSTEM_CONFIG", "yes"),
        "no -c on the command line, so " + SystemConf.FOLDER);
  }
}
