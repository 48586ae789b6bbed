package dev.cvmfs.injector.slice;

import java.io.IOException;

/** The files with content of a slice, in the order in which they are to be written. */
public interface PlannedObjects {

  /** Goes through them from the first on. */
  Cursor<PlannedObject> open() throws IOException;
}
