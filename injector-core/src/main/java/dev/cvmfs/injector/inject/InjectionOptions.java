package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import java.time.Instant;
import java.util.Optional;

/**
 * What is wanted of an injection.
 *
 * @param conf all settings, for the CVMFS repositories
 * @param registryConf those about registries and images
 * @param prepareOnly whether to make images injectable and no more
 * @param dryRun whether to send only reads
 * @param sourceDateEpoch the time to note in the image's history ({@code SOURCE_DATE_EPOCH});
 *     without it, that of the repository's publication
 */
public record InjectionOptions(
    Conf conf,
    RegistryConf registryConf,
    boolean prepareOnly,
    boolean dryRun,
    Optional<Instant> sourceDateEpoch) {

  /**
   * How the tags are called that keep what is replaced; nothing is kept without it.
   *
   * @throws ConfFailure if no tag can be called so
   */
  Optional<TagPattern> keepPrevious() {
    return TagPattern.of(conf);
  }
}
