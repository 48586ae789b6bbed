package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.util.Optional;

/**
 * Finds the content of planned objects in the layer to be replaced; both are sorted alike, so one
 * pass over its index suffices.
 */
final class PresentContent implements AutoCloseable {
  private final Cursor<IndexRecord> index;
  private Optional<IndexRecord> head = Optional.empty();
  private Optional<IndexRecord> ahead = Optional.empty();

  PresentContent(Cursor<IndexRecord> index) {
    this.index = index;
  }

  /**
   * The record with the object's content, cut as the catalog cuts it; of several the one with its
   * name, or the last before that. Objects must be asked for in their order.
   */
  Optional<IndexRecord> find(PlannedObject object) {
    ContentHash wanted = object.name().content();
    while (peek().isPresent() && leadsTo(peek().get().name(), object.name())) {
      head = ahead;
      ahead = Optional.empty();
    }
    return head.filter(r -> r.name().content().equals(wanted) && sameParts(r, object));
  }

  private Optional<IndexRecord> peek() {
    if (ahead.isEmpty() && index.hasNext()) {
      ahead = Optional.of(index.next());
    }
    return ahead;
  }

  /** A content that has another name now may be had under a greater one alone. */
  private boolean leadsTo(DataName next, DataName wanted) {
    ContentHash content = wanted.content();
    boolean found = head.isPresent() && head.get().name().content().equals(content);
    return next.compareTo(wanted) <= 0 || (!found && next.content().equals(content));
  }

  /** How two contents stand in the order of the store's names. */
  static int order(ContentHash left, ContentHash right) {
    int order = left.hex().compareTo(right.hex());
    return order != 0
        ? order
        : (left.algorithm().suffix() + ".").compareTo(right.algorithm().suffix() + ".");
  }

  private static boolean sameParts(IndexRecord present, PlannedObject object) {
    if (present.members().size() != object.objects().size()) {
      return false;
    }
    for (int i = 0; i < present.members().size(); i++) {
      if (present.members().get(i).plainSize() != object.objects().get(i).size()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    index.close();
  }
}
