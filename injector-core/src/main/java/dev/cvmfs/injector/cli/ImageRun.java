package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.conf.RegistryNetwork;
import dev.cvmfs.injector.inject.Snapshots;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A look at images: opens what it takes, has something done with each, tells what failed. All
 * images of a run share connections, the login and the states of repositories.
 */
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
    return run(List.of(image), look);
  }

  /**
   * Looks at images, each whatever became of those before it.
   *
   * @return the first exit code that is not {@link ExitCode#OK}, if there is one
   */
  int run(List<String> images, Look look) {
    Session session = options.sessionOfResults(surroundings);
    return run(session, images, local -> all(images, look, local, session));
  }

  /**
   * Does it, and returns the exit code.
   *
   * @param subject for messages
   */
  int runHere(String subject, LocalLook look) {
    return run(options.sessionOfResults(surroundings), List.of(subject), look);
  }

  /**
   * @param subjects a failure is one of all of them
   */
  private int run(Session session, List<String> subjects, LocalLook look) {
    return session
        .guarded(
            (error, code) ->
                subjects.stream()
                    .map(subject -> Session.about("subject", subject).of(error, code))
                    .collect(Collectors.joining("\n")),
            () -> prepare(look, session))
        .number();
  }

  private ExitCode prepare(LocalLook look, Session session) throws IOException {
    Conf conf = options.conf(surroundings.environment()).with(Conf.of(overlay, "command line"));
    session.warnOf(conf);
    RegistryConf registryConf =
        RegistryConf.of(conf, surroundings.environment(), options.login(surroundings.in()));
    registryConf.warnings().forEach(session.progress()::warning);
    try (Snapshots snapshots = new Snapshots(registryConf.cache(), conf, session.progress())) {
      return look.with(new Local(conf, registryConf, snapshots, session.progress()));
    }
  }

  private ExitCode all(List<String> images, Look look, Local local, Session session) {
    // One that is no name must not leave the login to the host of the next.
    List<ImageName> names =
        images.stream()
            .map(image -> InjectionJob.parse(image, local.registryConf()).name())
            .toList();
    ExitCode first = ExitCode.OK;
    try (RegistryClients clients =
        new RegistryClients(
            local.registryConf(), RegistryNetwork.of(local.conf()), surroundings.environment())) {
      for (int i = 0; i < images.size(); i++) {
        String image = images.get(i);
        ImageName name = names.get(i);
        ExitCode code =
            session.guarded(
                images.size() > 1 ? image : "",
                Session.about("subject", image),
                () -> open(name, look, clients, local));
        first = first == ExitCode.OK ? code : first;
      }
    }
    return first;
  }

  private static ExitCode open(ImageName name, Look look, RegistryClients clients, Local local)
      throws IOException {
    try (ImageStore store = clients.at(name.registry(), local.progress()).open(name)) {
      return look.at(new Opened(name, store, clients, local));
    }
  }
}
