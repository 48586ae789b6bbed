package dev.cvmfs.injector.image;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import java.util.ArrayList;
import java.util.List;

/** Reads and edits descriptors inside a document (OCI image specification, descriptor.md). */
final class Descriptors {
  /**
   * Beginnings of annotation keys that speak of the very bytes of a layer: tables of contents of
   * eStargz and zstd:chunked, sizes and roots for other lazy snapshotters, the diff_id as
   * containerd notes it, keys of encrypted layers. On other bytes they are lies, some of them fatal
   * ones.
   */
  private static final List<String> BOUND_TO_CONTENT =
      List.of(
          "containerd.io/snapshot/",
          "containerd.io/uncompressed",
          "io.containers.",
          "io.github.containers.zstd-chunked.",
          "org.opencontainers.image.enc.");

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Descriptors() {}

  /**
   * The descriptor at a place.
   *
   * @throws ImageFailure if there is none, or one without a digest and size that can be used
   */
  static Descriptor read(JsonDocument document, JsonPointer place) {
    JsonNode node = document.at(place);
    JsonNode size = node.path("size");
    if (!size.isIntegralNumber() || !size.canConvertToLong()) {
      throw new ImageFailure(
          "the %s has no descriptor with a size at %s".formatted(document.name(), place));
    }
    try {
      return new Descriptor(
          node.path("mediaType").asText(""),
          Digest.parse(node.path("digest").asText("")),
          size.longValue());
    } catch (IllegalArgumentException e) {
      throw new ImageFailure(
          "the %s has an unusable descriptor at %s: %s"
              .formatted(document.name(), place, e.getMessage()),
          e);
    }
  }

  static ObjectNode node(Descriptor descriptor) {
    return NODES
        .objectNode()
        .put("mediaType", descriptor.mediaType())
        .put("digest", descriptor.digest().toString())
        .put("size", descriptor.size());
  }

  /** The descriptor pointed elsewhere; its other fields are kept. */
  static JsonDocument pointedTo(JsonDocument document, JsonPointer place, Descriptor target) {
    return document
        .with(place.appendProperty("mediaType"), NODES.textNode(target.mediaType()))
        .with(place.appendProperty("digest"), NODES.textNode(target.digest().toString()))
        .with(place.appendProperty("size"), NODES.numberNode(target.size()));
  }

  /**
   * Without what was true of the old content only: embedded {@code data}, foreign {@code urls}, and
   * annotations bound to it.
   */
  static JsonDocument withoutOldContent(JsonDocument document, JsonPointer place) {
    JsonPointer annotations = place.appendProperty("annotations");
    JsonDocument edited =
        document.without(place.appendProperty("data")).without(place.appendProperty("urls"));
    List<String> stale = staleAnnotations(document.at(annotations));
    for (String key : stale) {
      edited = edited.without(annotations.appendProperty(key));
    }
    boolean isEmptied = !stale.isEmpty() && edited.at(annotations).isEmpty();
    return isEmptied ? edited.without(annotations) : edited;
  }

  private static List<String> staleAnnotations(JsonNode annotations) {
    List<String> stale = new ArrayList<>();
    annotations
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (BOUND_TO_CONTENT.stream().anyMatch(key::startsWith)) {
                stale.add(key);
              }
            });
    return stale;
  }
}
