package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.conf.RegistryNetwork;
import dev.cvmfs.injector.inject.Destination;
import dev.cvmfs.injector.inject.InjectionOptions;
import dev.cvmfs.injector.inject.Injector;
import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.injector.inject.Snapshots;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.name.ImageNames;
import dev.cvmfs.registry.name.ParsedName;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the parts of the program together for the images of one command line, which share
 * connections and snapshots.
 */
final class InjectionJob implements OciJob, AutoCloseable {
  private final Surroundings surroundings;
  private Optional<Shared> shared = Optional.empty();

  InjectionJob(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Report run(String image, OciOptions options, ProgressListener progress)
      throws IOException {
    RegistryConf conf = options.registryConf();
    ParsedName parsed = parse(image, conf);
    if (parsed.lowerCased()) {
      progress.step(
          "Repository names are lower case in registries: %s is %s"
              .formatted(image, parsed.name().repository()));
    }
    ImageName name = parsed.name();
    if (shared.isEmpty()) {
      RegistryClients clients =
          new RegistryClients(conf, RegistryNetwork.of(options.conf()), surroundings.environment());
      shared =
          Optional.of(new Shared(clients, new Snapshots(conf.cache(), options.conf(), progress)));
    }
    Destination destination = Destinations.of(name, options.conf(), conf);
    RegistryClients clients = shared.get().clients();
    try (ImageStore source = clients.at(name.registry(), progress).open(name);
        ImageStore store = Destinations.store(source, name, destination, clients, progress)) {
      return new Injector(
              source,
              store,
              shared.get().snapshots(),
              conf.cache(),
              injectionOptions(options),
              progress,
              surroundings.nanoTime(),
              Clock.systemUTC())
          .run(name, destination);
    }
  }

  static ParsedName parse(String image, RegistryConf conf) {
    try {
      ImageNames names =
          conf.registry().isPresent()
              ? ImageNames.on(conf.registry().get())
              : ImageNames.onDockerHub();
      return names.parse(image);
    } catch (IllegalArgumentException e) {
      throw new ConfFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private InjectionOptions injectionOptions(OciOptions options) {
    return new InjectionOptions(
        options.conf(),
        options.registryConf(),
        options.prepareOnly(),
        options.dryRun(),
        sourceDateEpoch(surroundings.environment()));
  }

  static Optional<Instant> sourceDateEpoch(Map<String, String> environment) {
    Optional<String> epoch =
        Optional.ofNullable(environment.get("SOURCE_DATE_EPOCH")).filter(text -> !text.isEmpty());
    try {
      return epoch.map(text -> Instant.ofEpochSecond(Long.parseLong(text)));
    } catch (NumberFormatException e) {
      throw new ConfFailure(
          "SOURCE_DATE_EPOCH is '%s', but must be a number of seconds".formatted(epoch.get()), e);
    }
  }

  @Override
  public void close() {
    if (shared.isPresent()) {
      shared.get().clients().close();
      shared.get().snapshots().close();
    }
  }

  /** What all images of a command line use. */
  private record Shared(RegistryClients clients, Snapshots snapshots) {}
}
