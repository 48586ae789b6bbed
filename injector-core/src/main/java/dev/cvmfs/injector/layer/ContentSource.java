package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.PlannedObject;
import java.io.IOException;

/** Gives the objects of a slice, proven, in the slice's order. */
interface ContentSource {

  /**
   * The next object.
   *
   * @param object the {@code .data} file that is being written
   * @param part which of its objects is next, counted from 0
   */
  ProvenObject next(PlannedObject object, int part) throws IOException;
}
