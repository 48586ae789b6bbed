package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.conf.RegistryNetwork;
import dev.cvmfs.injector.inject.Snapshots;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import java.io.IOException;
import java.util.Map;

/** One look at one image: opens what it takes, has something done with it, tells what failed. */
final class ImageRun {

  /** What any look has at hand. */
  record Local(
      Conf conf, RegistryConf registryConf, Snapshots snapshots, ConsoleProgress progress) {}

  /** What a look at an image has at hand. */
  record Opened(ImageName name, ImageStore store, RegistryClients clients, Local local) {}

  /** What to do with an image. */
  interface Look {
    ExitCode at(Opened image) throws IOException;
  }

  /** What to do without one. */
  interface LocalLook {
    ExitCode with(Local local) throws IOException;
  }

  private final Surroundings surroundings;
  private final ImageOptions options;
  private final Map<String, String> overlay;

  /**
   * @param overlay settings that the command line gives
   */
  ImageRun(Surroundings surroundings, ImageOptions options, Map<String, String> overlay) {
    this.surroundings = surroundings;
    this.options = options;
    this.overlay = Map.copyOf(overlay);
  }

  /** Looks at an image, and returns the exit code. */
  int run(String image, Look look) {
    return runHere(image, local -> open(image, look, local));
  }

  /**
   * Does it, and returns the exit code.
   *
   * @param subject for messages
   */
  int runHere(String subject, LocalLook look) {
    Session session = options.sessionOfResults(surroundings);
    return session
        .guarded(Session.about("subject", subject), () -> prepare(look, session))
        .number();
  }

  private ExitCode prepare(LocalLook look, Session session) throws IOException {
    Conf conf = options.conf(surroundings.environment()).with(Conf.of(overlay, "command line"));
    session.warnOf(conf);
    RegistryConf registryConf =
        RegistryConf.of(conf, surroundings.environment(), options.login(surroundings.in()));
    registryConf.warnings().forEach(session.progress()::warning);
    try (Snapshots snapshots = new Snapshots(registryConf.cache(), conf)) {
      return look.with(new Local(conf, registryConf, snapshots, session.progress()));
    }
  }

  private ExitCode open(String image, Look look, Local local) throws IOException {
    ImageName name = InjectionJob.parse(image, local.registryConf()).name();
    try (RegistryClients clients =
            new RegistryClients(
                local.registryConf(),
                RegistryNetwork.of(local.conf()),
                surroundings.environment(),
                name.registry());
        ImageStore store = clients.at(name.registry(), local.progress()).open(name)) {
      return look.at(new Opened(name, store, clients, local));
    }
  }
}
