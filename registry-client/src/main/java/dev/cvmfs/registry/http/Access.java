package dev.cvmfs.registry.http;

/**
 * What a request wants to do, and where; token servers call it a scope.
 *
 * @param repository the repository's path
 * @param push whether it wants to write. Writers ask for {@code pull,push}: some registries refuse
 *     a push without pull.
 */
public record Access(String repository, boolean push) {

  public String scope() {
    return "repository:" + repository + ":pull" + (push ? ",push" : "");
  }
}
