package dev.cvmfs.conf;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where this program keeps what is the user's (XDG Base Directory Specification).
 *
 * @param configuration {@code $XDG_CONFIG_HOME/cvmfs_shrinkwrap}, by default below {@code
 *     ~/.config}
 * @param cache {@code $XDG_CACHE_HOME/cvmfs_shrinkwrap}, by default below {@code ~/.cache}
 */
public record UserFolders(Path configuration, Path cache) {
  private static final String OWN_NAME = "cvmfs_shrinkwrap";

  /** The folders according to these environment variables. */
  public static UserFolders of(Map<String, String> environment) {
    Path home =
        absolute(environment, "HOME").orElseGet(() -> Path.of(System.getProperty("user.home")));
    return new UserFolders(
        absolute(environment, "XDG_CONFIG_HOME").orElse(home.resolve(".config")).resolve(OWN_NAME),
        absolute(environment, "XDG_CACHE_HOME").orElse(home.resolve(".cache")).resolve(OWN_NAME));
  }

  /** The specification tells to ignore relative paths. */
  private static Optional<Path> absolute(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> value.startsWith("/"))
        .map(Path::of);
  }
}
