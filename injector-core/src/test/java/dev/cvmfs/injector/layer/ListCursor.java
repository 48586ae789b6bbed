package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.util.Iterator;
import java.util.List;

/** Entries that are in memory already. */
final class ListCursor implements EntryCursor {
  private final Iterator<Entry> entries;

  ListCursor(List<Entry> entries) {
    this.entries = entries.iterator();
  }

  @Override
  public boolean hasNext() {
    return entries.hasNext();
  }

  @Override
  public Entry next() {
    return entries.next();
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
