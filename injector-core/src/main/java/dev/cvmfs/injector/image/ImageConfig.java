package dev.cvmfs.injector.image;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.registry.Digest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The configuration of an image (OCI image specification, config.md; Docker writes the same with
 * some fields more). Immutable; an edit keeps every byte that it is not about.
 *
 * <p>Edits of layers keep {@code rootfs.diff_ids} and {@code history} in step. A missing or
 * inconsistent history is left alone, and so are lines of other authors; {@link #historyProblem()}
 * says so.
 *
 * <p>{@code created} is never edited: it says when its owner built the image, and stays true.
 */
public final class ImageConfig {
  /** The size in bytes up to which configurations are read. */
  public static final int LIMIT_BYTES = JsonDocument.LIMIT_BYTES;

  private static final JsonPointer ROOTFS = JsonPointer.compile("/rootfs");
  private static final JsonPointer DIFF_IDS = JsonPointer.compile("/rootfs/diff_ids");
  private static final JsonPointer CONFIG = JsonPointer.compile("/config");
  private static final JsonPointer LABELS = JsonPointer.compile("/config/Labels");
  private static final JsonPointer ENTRYPOINT = JsonPointer.compile("/config/Entrypoint");
  private static final JsonPointer COMMAND = JsonPointer.compile("/config/Cmd");
  private static final JsonPointer ENVIRONMENT = JsonPointer.compile("/config/Env");
  private static final JsonPointer WORKING_DIRECTORY = JsonPointer.compile("/config/WorkingDir");
  private static final JsonPointer BUILD_LABELS = JsonPointer.compile("/container_config/Labels");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonDocument document;
  private final List<Digest> diffIds;
  private final ImageHistory history;

  private ImageConfig(JsonDocument document) {
    this.document = document;
    this.diffIds = readDiffIds(document);
    this.history = new ImageHistory(document, diffIds.size());
  }

  /**
   * Reads a configuration.
   *
   * @throws ImageFailure if it is broken, not the configuration of an image, or that of a Windows
   *     image, whose layers have another structure
   */
  public static ImageConfig parse(byte[] bytes) {
    JsonDocument document = JsonDocument.read("image configuration " + Digest.sha256(bytes), bytes);
    requireObject(document, ROOTFS);
    String type = document.at(ROOTFS).path("type").asText("layers");
    if (document.isAbsent(ROOTFS) || !type.equals("layers")) {
      throw new ImageFailure(
          "the %s does not describe an image made of layers".formatted(document.name()));
    }
    requireObject(document, CONFIG);
    requireObject(document, LABELS);
    ImageConfig config = new ImageConfig(document);
    if (config.operatingSystem().equalsIgnoreCase("windows")) {
      throw new ImageFailure(
          "the %s is of a Windows image; only layers of Linux images can be refreshed"
              .formatted(document.name()));
    }
    return config;
  }

  private static void requireObject(JsonDocument document, JsonPointer place) {
    if (!document.isAbsent(place) && !document.at(place).isObject()) {
      throw new ImageFailure(
          "the %s has something at %s that is not an object".formatted(document.name(), place));
    }
  }

  private static List<Digest> readDiffIds(JsonDocument document) {
    if (!document.isAbsent(DIFF_IDS) && !document.at(DIFF_IDS).isArray()) {
      throw new ImageFailure("the %s has no list of diff_ids".formatted(document.name()));
    }
    try {
      return StreamSupport.stream(document.at(DIFF_IDS).spliterator(), false)
          .map(diffId -> Digest.parse(diffId.asText()))
          .toList();
    } catch (IllegalArgumentException e) {
      throw new ImageFailure(
          "the %s has an unusable diff_id: %s".formatted(document.name(), e.getMessage()), e);
    }
  }

  /** The bytes to publish; the original ones if nothing was edited. */
  public byte[] bytes() {
    return document.bytes();
  }

  /** What the layers hold: the digest of each one's uncompressed tar, lowest first. */
  public List<Digest> diffIds() {
    return diffIds;
  }

  /** The operating system, {@code linux} if none is given. */
  public String operatingSystem() {
    return textOr("os", "linux");
  }

  /** The architecture in Go's naming, such as {@code amd64}; empty if none is given. */
  public Optional<String> architecture() {
    return Optional.of(textOr("architecture", "")).filter(text -> !text.isEmpty());
  }

  private String textOr(String key, String otherwise) {
    String text = document.root().path(key).asText(otherwise);
    return text.isEmpty() || document.root().path(key).isNull() ? otherwise : text;
  }

  /** The value of a label; a label without text counts as none. */
  public Optional<String> label(String key) {
    JsonNode value = document.at(LABELS).path(key);
    return value.isNull() || value.asText("").isEmpty()
        ? Optional.empty()
        : Optional.of(value.asText());
  }

  /** Why a new layer gets no line of history; empty if it gets one. */
  public Optional<String> historyProblem() {
    return history.problem();
  }

  /** Why the line of history of our layer is not kept in step with it; empty if it is. */
  public Optional<String> historyProblem(int position) {
    return history.problem(position);
  }

  /** Whether the history names our author for the layer at the position. */
  boolean isOurs(int position) {
    return history.isOurs(position);
  }

  JsonDocument document() {
    return document;
  }

  /** With other content in our layer, which is at the position. */
  public ImageConfig withLayer(int position, Digest diffId, HistoryEntry entry) {
    JsonDocument edited = history.withEntry(position, entry);
    return new ImageConfig(
        edited.with(DIFF_IDS.appendIndex(position), NODES.textNode(diffId.toString())));
  }

  /** With one more layer, which gets the given position; those from there on move up by one. */
  public ImageConfig withInsertedLayer(int position, Digest diffId, HistoryEntry entry) {
    JsonDocument edited = history.withInsertedEntry(position, entry);
    if (edited.isAbsent(DIFF_IDS)) {
      edited = edited.with(DIFF_IDS, NODES.arrayNode());
    }
    return new ImageConfig(
        edited.withInserted(DIFF_IDS, position, NODES.textNode(diffId.toString())));
  }

  /** Without our layer, which is at the position. */
  public ImageConfig withoutLayer(int position) {
    return new ImageConfig(history.withoutEntry(position).without(DIFF_IDS.appendIndex(position)));
  }

  /**
   * With these labels set. Docker once kept a second set in {@code container_config}, which nothing
   * reads but the original injector: what is there already is kept in step, nothing is added.
   */
  public ImageConfig withLabels(Map<String, String> labels) {
    JsonDocument edited = withObject(withObject(document, CONFIG), LABELS);
    for (Map.Entry<String, String> label : labels.entrySet()) {
      JsonNode value = NODES.textNode(label.getValue());
      edited = edited.with(LABELS.appendProperty(label.getKey()), value);
      JsonPointer ofBuild = BUILD_LABELS.appendProperty(label.getKey());
      if (!edited.at(ofBuild).isMissingNode()) {
        edited = edited.with(ofBuild, value);
      }
    }
    return new ImageConfig(edited);
  }

  /** With what containers of it do and see. */
  public ImageConfig with(RunSettings settings) {
    JsonDocument edited = withObject(document, CONFIG);
    if (!settings.entrypoint().isEmpty()) {
      edited = edited.with(ENTRYPOINT, strings(settings.entrypoint())).without(COMMAND);
    }
    if (!settings.command().isEmpty()) {
      edited = edited.with(COMMAND, strings(settings.command()));
    }
    if (!settings.environment().isEmpty()) {
      edited = edited.with(ENVIRONMENT, strings(environment(settings.environment())));
    }
    if (settings.workingDirectory().isPresent()) {
      edited = edited.with(WORKING_DIRECTORY, NODES.textNode(settings.workingDirectory().get()));
    }
    return settings.equals(RunSettings.NONE) ? this : new ImageConfig(edited);
  }

  /** Those of the image, in their order, where there is none of the same name; then these. */
  private List<String> environment(List<String> variables) {
    Map<String, String> all = new LinkedHashMap<>();
    document
        .at(ENVIRONMENT)
        .forEach(variable -> all.put(name(variable.asText()), variable.asText()));
    variables.forEach(variable -> all.put(name(variable), variable));
    return List.copyOf(all.values());
  }

  private static String name(String variable) {
    return variable.split("=", 2)[0];
  }

  private static ArrayNode strings(List<String> texts) {
    ArrayNode array = NODES.arrayNode();
    texts.forEach(array::add);
    return array;
  }

  private static JsonDocument withObject(JsonDocument document, JsonPointer place) {
    return document.isAbsent(place) ? document.with(place, NODES.objectNode()) : document;
  }

  /** Without these labels, in {@code container_config} either. */
  public ImageConfig withoutLabels(Collection<String> keys) {
    JsonDocument edited = document;
    for (String key : keys) {
      edited = edited.without(LABELS.appendProperty(key)).without(BUILD_LABELS.appendProperty(key));
    }
    return new ImageConfig(edited);
  }

  /** With the places empty that were so before injection. */
  ImageConfig withEmptied(Map<String, String> before) {
    return new ImageConfig(EmptyPlaces.emptyConfig(document, before));
  }
}
