package dev.cvmfs.injector.archive;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;

/** What kind of file an archive is. */
public sealed interface ArchiveFormat permits TarFormat, SquashfsFormat, DockerArchive {

  /** What decides, besides the slice, which bytes are written. */
  SortedMap<String, String> shape();

  /**
   * Refuses repositories that cannot be in one such archive.
   *
   * @throws dev.cvmfs.conf.ConfFailure if there are such
   */
  void requireRoomFor(List<String> repositories);

  /** Writes an archive. */
  Written write(ArchiveInput input, Replacement file) throws IOException;
}
