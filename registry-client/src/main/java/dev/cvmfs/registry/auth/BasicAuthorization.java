package dev.cvmfs.registry.auth;

import dev.cvmfs.registry.Credential;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The Basic scheme (RFC 7617). */
final class BasicAuthorization {

  private BasicAuthorization() {}

  /** The field's value. A token goes in the place of the password, as docker does it. */
  static String of(Credential credential) {
    String pair = credential.user() + ":" + secret(credential);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String secret(Credential credential) {
    if (credential instanceof Credential.UserPassword login) {
      return login.password();
    }
    if (credential instanceof Credential.IdentityToken identity) {
      return identity.token();
    }
    return ((Credential.RegistryToken) credential).token();
  }
}
