package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.conf.RegistryNetwork;
import dev.cvmfs.injector.archive.ArchiveExport;
import dev.cvmfs.injector.archive.ArchiveReport;
import dev.cvmfs.injector.archive.BaseImage;
import dev.cvmfs.injector.archive.DockerArchive;
import dev.cvmfs.injector.archive.LayoutExport;
import dev.cvmfs.injector.inject.InjectionOptions;
import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.injector.inject.Snapshots;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Exports repositories to whole images. */
final class ImageExportJob {
  private final Surroundings surroundings;
  private final WholeImageOptions options;
  private final ArchiveJob.Wishes wishes;

  ImageExportJob(Surroundings surroundings, WholeImageOptions options, ArchiveJob.Wishes wishes) {
    this.surroundings = surroundings;
    this.options = options;
    this.wishes = wishes;
  }

  /** What to do with the base image. */
  private interface Use<T> {
    T of(BaseImage base) throws IOException;
  }

  /** An image in a layout on disk. */
  Report toLayout(
      ImageName target, Conf conf, Snapshots snapshots, Path cache, ProgressListener progress)
      throws IOException {
    if (options.name().isPresent()) {
      throw new ConfFailure("--name is for docker-archive; of a layout write oci:DIR:TAG");
    }
    Conf all = conf.with(Conf.of(settings(target), "command line"));
    RegistryConf registryConf = RegistryConf.of(all, surroundings.environment());
    InjectionOptions injection =
        new InjectionOptions(
            all,
            registryConf,
            false,
            false,
            InjectionJob.sourceDateEpoch(surroundings.environment()));
    try (RegistryClients clients =
            new RegistryClients(registryConf, RegistryNetwork.of(all), surroundings.environment());
        ImageStore layout = clients.at(target.registry(), progress).open(target)) {
      return withBase(
          registryConf,
          RegistryNetwork.of(all),
          progress,
          base ->
              new LayoutExport(
                      layout,
                      snapshots,
                      cache,
                      progress,
                      surroundings.nanoTime(),
                      Clock.systemUTC())
                  .run(base, injection));
    }
  }

  /** An image in an archive. */
  ArchiveReport toDockerArchive(
      Path file, Conf conf, ArchiveExport export, ProgressListener progress) throws IOException {
    return withBase(
        RegistryConf.of(conf, surroundings.environment()),
        RegistryNetwork.of(conf),
        progress,
        base -> export.toFile(new DockerArchive(base, options.name()), file, wishes.request(conf)));
  }

  private Map<String, String> settings(ImageName target) {
    Map<String, String> settings = new LinkedHashMap<>();
    // Would be stronger.
    settings.put("CVMFS_REPOSITORY_NAME", "");
    settings.put("CVMFS_REPOSITORIES", String.join(",", wishes.repositories()));
    settings.put("OCI_DEST_TAG", target.tag().orElse(ImageName.DEFAULT_TAG));
    wishes
        .specification()
        .ifPresent(
            path -> {
              boolean folder = Files.isDirectory(path);
              // Each could be stronger than the other, so both are set.
              settings.put("OCI_SPEC", folder ? "" : path.toString());
              settings.put("OCI_SPEC_DIR", folder ? path.toString() : "");
            });
    return settings;
  }

  private <T> T withBase(
      RegistryConf conf, RegistryNetwork network, ProgressListener progress, Use<T> use)
      throws IOException {
    Optional<String> from = options.from();
    if (from.isEmpty()) {
      return use.of(BaseImage.empty(options.platform(), options.settings()));
    }
    ImageName name = InjectionJob.parse(from.get(), conf).name();
    try (RegistryClients clients = new RegistryClients(conf, network, surroundings.environment());
        ImageStore store = clients.at(name.registry(), progress).open(name)) {
      return use.of(BaseImage.of(store, name.reference(), options.platform(), options.settings()));
    }
  }
}
