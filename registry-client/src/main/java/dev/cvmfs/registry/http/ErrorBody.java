package dev.cvmfs.registry.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a registry says about an error: {@code {"errors":[{"code","message","detail"}]}}
 * (distribution specification, "Error codes"), the OAuth2 form {@code {"error",
 * "error_description"}}, or any text at all.
 *
 * @param codes the codes, in capitals
 * @param text one line for people, without secrets; may be empty
 */
public record ErrorBody(List<String> codes, String text) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST = 300;

  public ErrorBody {
    codes = List.copyOf(codes);
  }

  public static ErrorBody of(Reply reply) {
    byte[] bytes = reply.body();
    try {
      JsonNode root = JSON.readTree(bytes);
      if (root != null && root.isObject()) {
        return ofJson(root);
      }
    } catch (IOException e) {
      // Not JSON: proxies and object stores answer text, HTML or XML.
    }
    String text = new String(bytes, StandardCharsets.UTF_8).replaceAll("<[^>]*>", " ");
    return new ErrorBody(List.of(), shortened(text));
  }

  public boolean has(String code) {
    return codes.contains(code);
  }

  private static ErrorBody ofJson(JsonNode root) {
    List<String> codes = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (JsonNode error : root.path("errors")) {
      add(codes, lines, error.path("code").asText(), error.path("message").asText());
      String detail =
          error.path("detail").isTextual()
              ? error.path("detail").asText()
              : error.path("detail").toString();
      if (!detail.isEmpty() && !detail.equals("null")) {
        lines.add(detail);
      }
    }
    if (root.path("error").isTextual()) {
      add(codes, lines, root.path("error").asText(), root.path("error_description").asText());
    }
    for (String key : List.of("message", "details", "detail")) {
      if (root.path(key).isTextual()) {
        lines.add(root.path(key).asText());
      }
    }
    return new ErrorBody(codes, shortened(String.join(": ", lines)));
  }

  private static void add(List<String> codes, List<String> lines, String code, String message) {
    if (!code.isEmpty()) {
      codes.add(code.toUpperCase(Locale.ROOT));
      lines.add(code);
    }
    if (!message.isEmpty()) {
      lines.add(message);
    }
  }

  private static String shortened(String text) {
    String line = Redaction.text(text).replaceAll("\\s+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
