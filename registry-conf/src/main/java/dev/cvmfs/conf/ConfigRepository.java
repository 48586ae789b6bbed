package dev.cvmfs.conf;

import java.nio.file.Path;

/** Gets hold of the repository that other repositories' configurations are kept in. */
public interface ConfigRepository {

  /**
   * Fetches its configurations.
   *
   * @param fqrn its name, such as {@code cvmfs-config.cern.ch}
   * @param conf how the system configures it
   * @return a local folder that stands for {@code /cvmfs/<fqrn>} and has at least {@code etc/cvmfs}
   *     of it; whoever gave it removes it
   */
  Path fetch(String fqrn, MachineConf conf);
}
