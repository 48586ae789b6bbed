package dev.cvmfs.registry;

/** What proves to a registry who we are. Nothing here ever prints its secret. */
public sealed interface Credential {

  /** The name that goes with the secret, for messages; {@code <token>} where there is none. */
  String user();

  /** A user and a password (or a password-like access token). */
  record UserPassword(String user, String password) implements Credential {
    public UserPassword {
      if (user.isEmpty() || user.indexOf(':') >= 0) {
        throw new IllegalArgumentException("a user name is not empty and has no colon");
      }
    }

    @Override
    public String toString() {
      return "password of " + user;
    }
  }

  /** An OAuth2 refresh token, which the token server exchanges for short-lived ones. */
  record IdentityToken(String token) implements Credential {
    @Override
    public String user() {
      return "<token>";
    }

    @Override
    public String toString() {
      return "identity token";
    }
  }

  /** A bearer token that is sent to the registry as it is. */
  record RegistryToken(String token) implements Credential {
    @Override
    public String user() {
      return "<token>";
    }

    @Override
    public String toString() {
      return "registry token";
    }
  }
}
