package dev.cvmfs.shrinkwrap.sync;

import dev.cvmfs.shrinkwrap.tree.Entry;
import java.util.Iterator;

/**
 * A stream of changes between two trees in path order, without what is kept. Reading it may fetch
 * and may fail as its sources say.
 */
public interface ChangeCursor extends Iterator<Change<Entry>>, AutoCloseable {
  @Override
  void close();
}
