package dev.cvmfs.registry.http;

import java.util.List;
import java.util.Optional;

/**
 * What a request wants to do, and where; token servers call it a scope.
 *
 * @param repository the repository's path
 * @param push whether it wants to write. Writers ask for {@code pull,push}: some registries refuse
 *     a push without pull.
 * @param source another repository that it wants to read, for a mount. Public ones too must be
 *     named (Docker Hub).
 */
public record Access(String repository, boolean push, Optional<String> source) {

  static Access reading(String repository) {
    return new Access(repository, false, Optional.empty());
  }

  static Access writing(String repository) {
    return new Access(repository, true, Optional.empty());
  }

  static Access mounting(String repository, String source) {
    return new Access(repository, true, Optional.of(source));
  }

  /** The scopes to ask for, in the order of their weight: some servers read one only. */
  public List<String> scopes() {
    String main = "repository:" + repository + ":pull" + (push ? ",push" : "");
    return source
        .map(other -> List.of(main, "repository:" + other + ":pull"))
        .orElse(List.of(main));
  }
}
