package dev.cvmfs.registry.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.registry.Credential;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * One value of {@code auths} in a credential file: {@code auth} (base64 of {@code user:password})
 * or {@code username} and {@code password}, {@code identitytoken}, {@code registrytoken}.
 */
final class AuthEntry {

  private AuthEntry() {}

  /** What the entry gives, tokens before passwords; empty if it gives nothing usable. */
  static Optional<Credential> read(JsonNode entry) {
    Optional<String> registryToken = text(entry, "registrytoken");
    if (registryToken.isPresent()) {
      return registryToken.map(Credential.RegistryToken::new);
    }
    Optional<String> identityToken = text(entry, "identitytoken");
    if (identityToken.isPresent()) {
      return identityToken.map(Credential.IdentityToken::new);
    }
    Optional<String> user = text(entry, "username");
    Optional<String> password = text(entry, "password");
    if (user.isPresent() && password.isPresent()) {
      return of(user.get(), password.get());
    }
    return text(entry, "auth").flatMap(AuthEntry::decoded);
  }

  /**
   * A user and a secret, where docker's way of saying "this is a token" is a user {@code <token>}.
   */
  static Optional<Credential> of(String user, String secret) {
    if (user.equals("<token>")) {
      return Optional.of(new Credential.IdentityToken(secret));
    }
    return user.isEmpty() || user.indexOf(':') >= 0
        ? Optional.empty()
        : Optional.of(new Credential.UserPassword(user, secret));
  }

  private static Optional<Credential> decoded(String base64) {
    try {
      // Old docker versions pad the text with zero bytes.
      String pair =
          new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8)
              .replace("\0", "");
      int colon = pair.indexOf(':');
      return colon < 0 ? Optional.empty() : of(pair.substring(0, colon), pair.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not base64: as good as nothing
    }
  }

  private static Optional<String> text(JsonNode entry, String name) {
    return Optional.of(entry.path(name))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .filter(value -> !value.isEmpty());
  }
}
