package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What an archive is made from.
 *
 * @param stores one for each of the slice's repositories, in their order
 * @param work for temporary files
 * @param progress is told how many bytes of content have been written since it was told last
 */
public record ArchiveInput(
    Slice slice, List<ObjectStore> stores, WorkDirectory work, LongConsumer progress) {
  public ArchiveInput {
    stores = List.copyOf(stores);
  }
}
