package dev.cvmfs.shrinkwrap.tree;

import java.util.Iterator;

/**
 * A stream of entries in path order, parents before children, starting with the root directory.
 * Reading it may fetch and may fail as its source says.
 */
public interface EntryCursor extends Iterator<Entry>, AutoCloseable {
  @Override
  void close();
}
