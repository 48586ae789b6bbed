package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Opens repositories, and warns of what is odd about each: once, however often it is opened. */
public final class RepositoryOpener {
  private final CvmfsClient client;
  private final Consumer<String> warnings;
  private final Set<String> told;

  /**
   * @param conf all settings of the run, whose own warnings the user knows
   */
  public RepositoryOpener(CvmfsClient client, Conf conf, Consumer<String> warnings) {
    this.client = client;
    this.warnings = warnings;
    this.told = new HashSet<>(conf.warnings());
  }

  /**
   * Opens the newest state of a repository, or the one that the settings pin; its root catalog is
   * left for the first who wants something of it.
   */
  public Snapshots.Opened open(Conf conf, String fqrn) throws IOException {
    CvmfsConf settings = client.settings(conf, fqrn);
    settings.warnings().forEach(this::warn);
    Snapshot snapshot = client.openLazily(settings);
    if (snapshot.trust() instanceof Trust.Unverified) {
      warn(Injector.unverified(fqrn));
    }
    return new Snapshots.Opened(settings, snapshot);
  }

  private void warn(String warning) {
    if (told.add(warning)) {
      warnings.accept(warning);
    }
  }
}
