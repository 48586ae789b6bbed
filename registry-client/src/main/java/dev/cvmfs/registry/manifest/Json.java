package dev.cvmfs.registry.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.registry.RegistryFailure;
import java.io.IOException;

/**
 * JSON of registries and layouts, read with suspicion and written without losing what is not
 * understood.
 */
public final class Json {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setNodeFactory(new JsonNodeFactory(true))
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private Json() {}

  /**
   * The object that a document is.
   *
   * @param purpose what it is read for, as it reads after "cannot"
   * @throws RegistryFailure.Corrupt if it is none
   */
  public static ObjectNode object(String purpose, byte[] body) {
    try {
      JsonNode root = JSON.readTree(body);
      if (root instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      throw new RegistryFailure.Corrupt(
          "Cannot %s: it is not JSON, or has a key twice".formatted(purpose));
    }
    throw new RegistryFailure.Corrupt("Cannot %s: it is not a JSON object".formatted(purpose));
  }

  public static ObjectNode empty() {
    return JSON.createObjectNode();
  }

  public static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (IOException e) {
      throw new AssertionError("a tree in memory can be written", e);
    }
  }
}
