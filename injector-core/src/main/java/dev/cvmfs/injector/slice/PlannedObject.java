package dev.cvmfs.injector.slice;

import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import java.util.List;

/**
 * A file of the layer's {@code .data} store, to which visible files are linked.
 *
 * @param repository which of the slice's repositories has the objects, counted from 0
 * @param size bytes of plain content
 * @param objects the CVMFS objects that make up the content, in order
 */
public record PlannedObject(
    DataName name, Attributes attributes, long size, int repository, List<ObjectRef> objects) {
  public PlannedObject {
    objects = List.copyOf(objects);
  }
}
