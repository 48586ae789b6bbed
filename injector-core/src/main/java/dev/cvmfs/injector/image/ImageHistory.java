package dev.cvmfs.injector.image;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How the lines of {@code history} belong to the layers: the i-th line without {@code
 * "empty_layer": true} is that of layer i. Where there is no history, or one of another length,
 * nothing can be said and nothing is edited: lines for other people's layers are never invented.
 */
final class ImageHistory {
  private static final JsonPointer HISTORY = JsonPointer.compile("/history");

  private final JsonDocument config;
  private final int layers;
  private final List<Integer> linesOfLayers;

  ImageHistory(JsonDocument config, int layers) {
    this.config = config;
    this.layers = layers;
    JsonNode lines = config.at(HISTORY);
    this.linesOfLayers =
        IntStream.range(0, lines.size())
            .filter(line -> !lines.path(line).path("empty_layer").asBoolean(false))
            .boxed()
            .toList();
  }

  /** Why the history cannot be kept in step with the layers; empty if it can. */
  Optional<String> problem() {
    JsonNode lines = config.at(HISTORY);
    if (config.isAbsent(HISTORY) || (lines.isEmpty() && layers > 0)) {
      return Optional.of("the image has no history; none is made up");
    }
    if (!lines.isArray() || linesOfLayers.size() != layers) {
      return Optional.of(
          "the image's history tells of %d layers, but there are %d; it is left as it is"
              .formatted(linesOfLayers.size(), layers));
    }
    return Optional.empty();
  }

  /** Who is noted as the author of a layer. */
  Optional<String> author(int position) {
    return problem().isPresent()
        ? Optional.empty()
        : Optional.ofNullable(config.at(line(position)).path("author").textValue());
  }

  JsonDocument withEntry(int position, HistoryEntry entry) {
    return problem().isPresent() ? config : config.with(line(position), entry.node());
  }

  JsonDocument withInsertedEntry(int position, HistoryEntry entry) {
    if (problem().isPresent()) {
      return config;
    }
    int line = position < layers ? linesOfLayers.get(position) : config.at(HISTORY).size();
    return config.withInserted(HISTORY, line, entry.node());
  }

  JsonDocument withoutEntry(int position) {
    return problem().isPresent() ? config : config.without(line(position));
  }

  private JsonPointer line(int position) {
    return HISTORY.appendIndex(linesOfLayers.get(position));
  }
}
