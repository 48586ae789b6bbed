package dev.cvmfs.injector.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.injector.image.JsonText.Child;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A JSON text that is edited without losing anything: an edit cuts out or puts in exactly the
 * characters of the value it is about, and all else keeps its bytes (white space, unusual escapes,
 * {@code 1.50} and {@code 1e400}, lone surrogates, order of keys). Without edits the bytes are the
 * original ones, and what was put in and taken out again leaves no trace.
 *
 * <p>Immutable: every edit gives a new document. Read strictly: UTF-8 without byte order mark, one
 * object, no duplicate keys, nothing after it, bounded in size and depth.
 */
final class JsonDocument {
  /** No configuration or manifest is larger; registries accept manifests of 4 MiB. */
  static final int LIMIT_BYTES = 16 << 20;

  private static final int LIMIT_DEPTH = 200;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(LIMIT_DEPTH)
                          .maxStringLength(LIMIT_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final String name;
  private final String text;
  private final JsonNode root;

  private JsonDocument(String name, String text) {
    this.name = name;
    this.text = text;
    this.root = parse(name, text);
  }

  /**
   * Reads a document.
   *
   * @param name what the document is, for messages: {@code image configuration sha256:…}
   * @throws ImageFailure if it is not one JSON object, read strictly
   */
  static JsonDocument read(String name, byte[] bytes) {
    if (bytes.length > LIMIT_BYTES) {
      throw new ImageFailure(
          "the %s has %,d bytes; more than %,d are not read"
              .formatted(name, bytes.length, LIMIT_BYTES));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new JsonDocument(name, text);
    } catch (CharacterCodingException e) {
      throw new ImageFailure("the %s is not UTF-8 text".formatted(name), e);
    }
  }

  private static JsonNode parse(String name, String text) {
    try {
      JsonNode root = MAPPER.readTree(text);
      if (!root.isObject()) {
        throw new ImageFailure("the %s is not a JSON object".formatted(name));
      }
      return root;
    } catch (NumberFormatException e) {
      // The parser leaves exponents of more than ten digits to BigDecimal.
      throw new ImageFailure(
          "the %s is not usable: it has a number beyond all bounds".formatted(name), e);
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " (line %d, column %d)"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new ImageFailure(
          "the %s is not valid JSON: %s%s".formatted(name, e.getOriginalMessage(), place), e);
    }
  }

  String name() {
    return name;
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  JsonNode root() {
    return root;
  }

  /** The value at a place; a missing node if there is none. */
  JsonNode at(JsonPointer place) {
    return root.at(place);
  }

  /** Whether there is nothing at the place, or an explicit {@code null}, which means the same. */
  boolean isAbsent(JsonPointer place) {
    JsonNode node = at(place);
    return node.isMissingNode() || node.isNull();
  }

  /**
   * With the value at the place: exchanged where there is one, put in after the last member of its
   * object where there is none. A value that is equal already stays as it is written.
   *
   * @throws IllegalArgumentException if there is no object around the place
   */
  JsonDocument with(JsonPointer place, JsonNode value) {
    JsonNode present = at(place);
    if (present.equals(value)) {
      return this;
    }
    if (!present.isMissingNode()) {
      Child child = child(place);
      return spliced(child.valueStart(), child.end(), value.toString());
    }
    JsonPointer parent = place.head();
    requireContainer(at(parent).isObject(), parent);
    String key = NODES.textNode(place.last().getMatchingProperty()).toString();
    List<Child> siblings = siblings(parent);
    if (siblings.isEmpty()) {
      int inside = start(parent) + 1;
      return spliced(inside, inside, key + ":" + value);
    }
    Child last = siblings.get(siblings.size() - 1);
    String colon = text.substring(last.keyEnd(), last.valueStart());
    String blanks = new JsonText(text).blanksBefore(last.start());
    return spliced(last.end(), last.end(), "," + blanks + key + colon + value);
  }

  /**
   * With the value put into the array, before the element that has the index now.
   *
   * @param index from 0 to the number of elements, which puts it last
   * @throws IllegalArgumentException if there is no array at the place
   */
  JsonDocument withInserted(JsonPointer array, int index, JsonNode value) {
    requireContainer(at(array).isArray(), array);
    List<Child> elements = siblings(array);
    if (elements.isEmpty()) {
      int inside = start(array) + 1;
      return spliced(inside, inside, value.toString());
    }
    Child neighbour = elements.get(Math.min(index, elements.size() - 1));
    String blanks = new JsonText(text).blanksBefore(neighbour.start());
    return index < elements.size()
        ? spliced(neighbour.start(), neighbour.start(), value + "," + blanks)
        : spliced(neighbour.end(), neighbour.end(), "," + blanks + value);
  }

  /** Without the member or element at the place; unchanged if there is none. */
  JsonDocument without(JsonPointer place) {
    if (at(place).isMissingNode()) {
      return this;
    }
    JsonPointer parent = place.head();
    List<Child> siblings = siblings(parent);
    int index = siblings.indexOf(child(place));
    if (index < siblings.size() - 1) {
      return spliced(siblings.get(index).start(), siblings.get(index + 1).start(), "");
    }
    int from = index == 0 ? start(parent) + 1 : siblings.get(index - 1).end();
    return spliced(from, siblings.get(index).end(), "");
  }

  private void requireContainer(boolean isRightKind, JsonPointer place) {
    if (!isRightKind) {
      throw new IllegalArgumentException(
          "nothing can be put into '%s' of the %s".formatted(place, name));
    }
  }

  private JsonDocument spliced(int from, int to, String replacement) {
    return new JsonDocument(name, text.substring(0, from) + replacement + text.substring(to));
  }

  private int start(JsonPointer place) {
    return place.matches() ? new JsonText(text).root() : child(place).valueStart();
  }

  private List<Child> siblings(JsonPointer parent) {
    return new JsonText(text).children(start(parent));
  }

  private Child child(JsonPointer place) {
    JsonPointer parent = place.head();
    JsonPointer last = place.last();
    List<Child> siblings = siblings(parent);
    if (at(parent).isArray()) {
      return siblings.get(last.getMatchingIndex());
    }
    return siblings.stream()
        .filter(child -> key(child).equals(last.getMatchingProperty()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("tree and text disagree about " + place));
  }

  private String key(Child member) {
    try {
      return MAPPER.readTree(text.substring(member.start(), member.keyEnd())).textValue();
    } catch (JsonProcessingException e) {
      throw new AssertionError("a key that was read once cannot be read again", e);
    }
  }
}
