package dev.cvmfs.injector.image;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The places where an image may have nothing, or {@code null}, and injection needs an object or a
 * list: noted before, so that they can be emptied again. Their pointers differ between
 * configuration and manifest, so one note serves both.
 */
final class EmptyPlaces {
  private static final String ABSENT = "absent";
  private static final String NULL = "null";

  /** Inner places come before the outer ones, so that emptying goes outwards. */
  private static final List<String> OF_CONFIG =
      List.of("/config/Labels", "/config", "/rootfs/diff_ids");

  private static final List<String> OF_MANIFEST = List.of("/layers");

  private EmptyPlaces() {}

  static SortedMap<String, String> note(ImageConfig config, ImageManifest manifest) {
    SortedMap<String, String> note = new TreeMap<>();
    note(config.document(), OF_CONFIG, note);
    note(manifest.document(), OF_MANIFEST, note);
    return note;
  }

  private static void note(JsonDocument document, List<String> places, Map<String, String> note) {
    for (String place : places) {
      JsonPointer pointer = JsonPointer.compile(place);
      if (document.isAbsent(pointer)) {
        note.put(place, document.at(pointer).isNull() ? NULL : ABSENT);
      }
    }
  }

  /** Empties the noted places again, unless somebody else has put something there meanwhile. */
  static JsonDocument emptyConfig(JsonDocument config, Map<String, String> note) {
    return empty(config, OF_CONFIG, note);
  }

  static JsonDocument emptyManifest(JsonDocument manifest, Map<String, String> note) {
    return empty(manifest, OF_MANIFEST, note);
  }

  private static JsonDocument empty(
      JsonDocument document, List<String> places, Map<String, String> note) {
    JsonDocument edited = document;
    for (String place : places) {
      JsonPointer pointer = JsonPointer.compile(place);
      JsonNode present = edited.at(pointer);
      if (present.isContainerNode() && present.isEmpty()) {
        edited =
            switch (note.getOrDefault(place, "")) {
              case ABSENT -> edited.without(pointer);
              case NULL -> edited.with(pointer, JsonNodeFactory.instance.nullNode());
              default -> edited;
            };
      }
    }
    return edited;
  }
}
