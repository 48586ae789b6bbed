package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.cvmfs.network.Downloader;
import java.util.Optional;

/**
 * The servers of one repository: those with its objects, and those with its external files.
 *
 * @param external none if the configuration names none
 */
record Servers(String fqrn, Downloader repository, Optional<Downloader> external) {

  /**
   * Those that have an object.
   *
   * @throws ConfFailure if it is external, and nothing is known about where
   */
  Downloader of(WantedObject wanted) {
    return wanted.external()
        ? external.orElseThrow(
            () ->
                new ConfFailure(
                    "%s has external files, such as /%s, and nothing says where their content is: set CVMFS_EXTERNAL_URL as the repository's documentation says, or exclude them by the specification"
                        .formatted(fqrn, wanted.download().path())))
        : repository;
  }

  /** Requests sent so far. */
  long requests() {
    return repository.requests() + external.map(Downloader::requests).orElse(0L);
  }

  /** Bytes of bodies received so far. */
  long received() {
    return repository.received() + external.map(Downloader::received).orElse(0L);
  }
}
