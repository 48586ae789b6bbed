package dev.cvmfs.registry.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.registry.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Docker's {@code config.json} or podman's {@code auth.json}. As docker does it: {@code
 * credHelpers} of the registry go first, then {@code credsStore}, then {@code auths}.
 */
final class CredentialFile {
  private final JsonNode root;
  private final CredentialHelper helper;

  private CredentialFile(JsonNode root, CredentialHelper helper) {
    this.root = root;
    this.helper = helper;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read or is not a JSON object; the message has nothing of
   *     what is in it
   */
  static CredentialFile read(Path file, CredentialHelper helper) throws IOException {
    return new CredentialFile(SecretJson.object(file.toString(), Files.readAllBytes(file)), helper);
  }

  Optional<Credential> find(String registry, String repository) {
    List<String> keys = RegistryKeys.candidates(registry, repository);
    return byHelper(registry, keys)
        .or(() -> text(root.path("credsStore")).flatMap(store -> ask(store, registry)))
        .or(() -> byEntry(keys));
  }

  private Optional<Credential> byHelper(String registry, List<String> keys) {
    return lookUp(root.path("credHelpers"), keys)
        .flatMap(CredentialFile::text)
        .flatMap(name -> ask(name, registry));
  }

  private Optional<Credential> ask(String name, String registry) {
    return helper.get(name, RegistryKeys.serverUrl(registry));
  }

  private Optional<Credential> byEntry(List<String> keys) {
    return lookUp(root.path("auths"), keys).flatMap(AuthEntry::read);
  }

  /** The value under the first of the keys that is there. */
  private static Optional<JsonNode> lookUp(JsonNode map, List<String> keys) {
    for (String key : keys) {
      for (Map.Entry<String, JsonNode> entry : map.properties()) {
        if (RegistryKeys.plain(entry.getKey()).equals(key)) {
          return Optional.of(entry.getValue());
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> text(JsonNode node) {
    return Optional.of(node)
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .filter(value -> !value.isEmpty());
  }
}
