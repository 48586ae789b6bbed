package dev.cvmfs.registry.auth;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** JSON that holds secrets: what is wrong with it is told without a word of it. */
final class SecretJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SecretJson() {}

  /**
   * Reads an object.
   *
   * @param what it is, for messages
   * @throws IOException if it is none; neither the message nor a cause quotes it, as the parser's
   *     do
   */
  static JsonNode object(String what, byte[] bytes) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (JacksonException e) {
      throw new IOException(
          "%s is not JSON (line %d)".formatted(what, e.getLocation().getLineNr()));
    }
    if (root == null || !root.isObject()) {
      throw new IOException(what + " is not a JSON object");
    }
    return root;
  }
}
