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
    if (config.isAbsent(HISTORY) || (lines.isArray() && lines.isEmpty() && layers > 0)) {
      return Optional.of("the image has no history; none is invented");
    }
    if (!lines.isArray() || linesOfLayers.size() != layers) {
      return Optional.of(
          "the image's history does not fit its layers (%d lines for %d layers); it is left as it is"
              .formatted(linesOfLayers.size(), layers));
    }
    return Optional.empty();
  }

  /**
   * Why the line of our layer cannot be edited; empty if it can. A history that had one line too
   * many before our layer came has the right number since, so the author has to be right, too.
   */
  Optional<String> problem(int position) {
    return problem()
        .or(
            () ->
                isOurs(position)
                    ? Optional.empty()
                    : Optional.of(
                        "the image's history has a line of somebody else's in the place of layer %d; it is left as it is"
                            .formatted(position)));
  }

  /** Whether the history names us as author of a layer. */
  boolean isOurs(int position) {
    return problem().isEmpty()
        && config.at(line(position)).path("author").asText("").equals(InjectionLabels.AUTHOR);
  }

  JsonDocument withEntry(int position, HistoryEntry entry) {
    return problem(position).isPresent() ? config : config.with(line(position), entry.node());
  }

  JsonDocument withInsertedEntry(int position, HistoryEntry entry) {
    if (problem().isPresent()) {
      return config;
    }
    int line = position < layers ? linesOfLayers.get(position) : config.at(HISTORY).size();
    return config.withInserted(HISTORY, line, entry.node());
  }

  JsonDocument withoutEntry(int position) {
    return problem(position).isPresent() ? config : config.without(line(position));
  }

  private JsonPointer line(int position) {
    return HISTORY.appendIndex(linesOfLayers.get(position));
  }
}
