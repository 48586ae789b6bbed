package dev.cvmfs.injector.image;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * A line of an image's history that belongs to a layer (OCI image specification, config.md).
 *
 * @param created a time in the years 0 to 9999, which is what RFC 3339 can say
 */
public record HistoryEntry(Instant created, String createdBy, String author, String comment) {
  public HistoryEntry {
    int year = created.atOffset(ZoneOffset.UTC).getYear();
    if (year < 0 || year > 9999) {
      throw new IllegalArgumentException(
          "a history entry cannot be of the year %d, only of 0 to 9999".formatted(year));
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
