package dev.cvmfs.conf;

import java.nio.file.Path;

/** Who we are at a registry, as {@code OCI_AUTH} says. Nothing here prints a secret. */
public sealed interface RegistryAuth {

  /** A user with a password or token. */
  record Login(String user, String password) implements RegistryAuth {
    public Login {
      if (user.isEmpty() || user.indexOf(':') >= 0) {
        throw new IllegalArgumentException("a user name is not empty and has no colon");
      }
    }

    @Override
    public String toString() {
      return "login of " + user;
    }
  }

  /** A file in the form of Docker's {@code config.json} or podman's {@code auth.json}. */
  record DockerConfig(Path file) implements RegistryAuth {}
}
