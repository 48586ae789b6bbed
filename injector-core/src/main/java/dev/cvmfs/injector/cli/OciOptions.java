package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.RegistryConf;

/**
 * What the user asked the {@code oci} command for.
 *
 * @param conf all settings, with those of the command line laid over those of the files
 * @param registryConf what they say about registries and images; {@code --spec}, {@code --dest-tag}
 *     and {@code --cache} are in here
 * @param prepareOnly whether to make images injectable and no more
 * @param dryRun whether to send only reads
 */
public record OciOptions(
    Conf conf, RegistryConf registryConf, boolean prepareOnly, boolean dryRun) {}
