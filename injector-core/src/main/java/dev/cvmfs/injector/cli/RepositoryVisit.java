package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.injector.inject.RepositoryOpener;
import dev.cvmfs.injector.inject.Snapshots;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What is done in one opened repository, where files belong to whoever runs this program.
 *
 * @param <T> what comes of it
 */
interface RepositoryVisit<T> {

  /**
   * Does it.
   *
   * @param settings those that the repository was opened with
   */
  T in(Snapshot snapshot, CvmfsConf settings) throws IOException;

  /**
   * Opens a repository, with the warnings that are due, for a visit.
   *
   * @param conf all settings, whose own warnings have been told
   */
  static <T> T of(String fqrn, Conf conf, Path cache, Console console, RepositoryVisit<T> visit)
      throws IOException {
    try (CvmfsClient client = CvmfsClient.withCache(cache)) {
      RepositoryOpener opener =
          new RepositoryOpener(client, conf, warning -> console.problem("warning: " + warning));
      Snapshots.Opened opened = opener.open(conf, fqrn);
      try (Snapshot snapshot = opened.snapshot()) {
        return visit.in(snapshot, opened.conf());
      }
    }
  }
}
