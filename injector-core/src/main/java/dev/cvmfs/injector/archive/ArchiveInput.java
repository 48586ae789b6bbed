package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.inject.SliceSource;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What an archive is made from.
 *
 * @param source where it comes from
 * @param work for temporary files
 * @param progress is told how many bytes of content have been written since it was told last
 * @param warnings is told what the archive cannot hold
 */
public record ArchiveInput(
    Slice slice,
    SliceSource source,
    WorkDirectory work,
    LongConsumer progress,
    Consumer<String> warnings) {}
