package dev.cvmfs.injector.image;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A line of an image's history that belongs to a layer (OCI image specification, config.md).
 *
 * @param created a time in the years 0 to 9999, which is what RFC 3339 can say
 */
public record HistoryEntry(Instant created, String createdBy, String author, String comment) {
  private static final Instant YEAR_0 = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  public HistoryEntry {
    if (created.isBefore(YEAR_0) || !created.isBefore(YEAR_10000)) {
      throw new IllegalArgumentException(
          "a history entry cannot be of %s, only of the years 0 to 9999".formatted(created));
    }
  }

  ObjectNode node() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("created", created.toString())
        .put("created_by", createdBy)
        .put("author", author)
        .put("comment", comment);
  }
}
