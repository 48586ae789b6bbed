package dev.cvmfs.injector.slice;

import dev.cvmfs.injector.tar.TarEntry;
import java.util.Optional;

/**
 * An entry of a tree without a store.
 *
 * @param content what a regular file holds; empty for all others, and for empty files
 */
public record FlatItem(TarEntry entry, Optional<PlannedObject> content) {
  public FlatItem {
    long size = content.map(PlannedObject::size).orElse(0L);
    if (entry.size() != size) {
      throw new IllegalArgumentException(
          "%s has %d bytes, but its content %d".formatted(entry.name(), entry.size(), size));
    }
  }
}
