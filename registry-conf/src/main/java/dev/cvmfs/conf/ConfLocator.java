package dev.cvmfs.conf;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds a configuration by the name given on the command line: as a path, then in the user's and
 * the system's configuration folder, then among the presets in the jar. A name that holds a slash
 * is only a path. {@code .conf} may be left out, except from paths.
 */
public final class ConfLocator {
  private final List<Path> folders;

  /** Looks in these folders, in this order. */
  public ConfLocator(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /** Looks in {@code $XDG_CONFIG_HOME/cvmfs_shrinkwrap} and {@code /etc/cvmfs_shrinkwrap}. */
  public static ConfLocator of(Map<String, String> environment) {
    return new ConfLocator(
        List.of(UserFolders.of(environment).configuration(), Path.of("/etc/cvmfs_shrinkwrap")));
  }

  /**
   * Finds and reads a configuration.
   *
   * @throws ConfFailure if there is none of this name (the message says where it was looked for),
   *     or it cannot be used
   */
  public Conf load(String name) {
    List<Path> candidates = candidates(name);
    for (Path candidate : candidates) {
      if (Files.exists(candidate) && !Files.isDirectory(candidate)) {
        return ConfReader.read(candidate);
      }
    }
    return Presets.load(name)
        .or(() -> Presets.load(name + ".conf"))
        .orElseThrow(() -> notFound(name, candidates));
  }

  private List<Path> candidates(String name) {
    try {
      List<Path> candidates = new ArrayList<>(List.of(Path.of(name)));
      if (!name.isEmpty() && name.indexOf('/') < 0) {
        for (Path folder : folders) {
          candidates.add(folder.resolve(name));
          candidates.add(folder.resolve(name + ".conf"));
        }
      }
      return candidates;
    } catch (InvalidPathException e) {
      throw new ConfFailure("'%s' is not a file name (%s)".formatted(name, e.getReason()), e);
    }
  }

  private static ConfFailure notFound(String name, List<Path> candidates) {
    StringBuilder message =
        new StringBuilder("there is no configuration '%s'; it was looked for as".formatted(name));
    candidates.forEach(candidate -> message.append('\n').append(candidate.toAbsolutePath()));
    message.append("\nand among the presets: ").append(String.join(", ", Presets.names()));
    return new ConfFailure(message.toString());
  }

  /** The configurations in the jar. */
  private static final class Presets {
    private static final List<String> NAMES =
        List.of("ghcr.io.conf", "hub.docker.com.conf", "localhost.conf", "quay.io.conf");

    static List<String> names() {
      return NAMES;
    }

    static Optional<Conf> load(String name) {
      if (!NAMES.contains(name)) {
        return Optional.empty();
      }
      return Optional.of(ConfReader.parse(OwnResources.bytes("presets/" + name), "preset " + name));
    }
  }
}
