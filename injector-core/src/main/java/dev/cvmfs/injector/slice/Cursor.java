package dev.cvmfs.injector.slice;

import java.util.Iterator;

/** An iterator over something on disk or on the network; failures come as unchecked exceptions. */
public interface Cursor<T> extends Iterator<T>, AutoCloseable {
  @Override
  void close();
}
