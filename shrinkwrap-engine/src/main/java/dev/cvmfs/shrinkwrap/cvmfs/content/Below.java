package dev.cvmfs.shrinkwrap.cvmfs.content;

import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.NoSuchElementException;
import java.util.Optional;

/** What lies below a directory, out of a stream that begins at the root. */
final class Below implements EntryCursor {
  private final EntryCursor all;
  private final TreePath directory;
  private Optional<Entry> next = Optional.empty();

  Below(EntryCursor all, TreePath directory) {
    this.all = all;
    this.directory = directory;
  }

  @Override
  public boolean hasNext() {
    while (next.isEmpty() && all.hasNext()) {
      next = Optional.of(all.next()).filter(entry -> isBelow(entry.path()));
    }
    return next.isPresent();
  }

  private boolean isBelow(TreePath path) {
    return path.isAtOrBelow(directory) && !path.equals(directory);
  }

  @Override
  public Entry next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more below " + directory);
    }
    Entry entry = next.orElseThrow();
    next = Optional.empty();
    return entry;
  }

  @Override
  public void close() {
    all.close();
  }
}
