package dev.cvmfs.injector.archive;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.shrinkwrap.spec.WantedParts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is wanted of an archive.
 *
 * @param conf all settings, for the repositories
 * @param repositories their fully qualified names; the order does not matter
 * @param specification a file, or a folder with a file {@code FQRN.spec} for each repository; empty
 *     for what the present archive was made with, or {@code FQRN.spec} here
 * @param again whether to write the archive even if it is what it should be
 * @param sync whether to wait for the disk
 * @param program name and version of this program, for the note
 * @param portion how much of what the specification asks for goes into this archive
 */
public record ArchiveRequest(
    Conf conf,
    List<String> repositories,
    Optional<Path> specification,
    boolean again,
    boolean sync,
    String program,
    Portion portion) {
  public ArchiveRequest {
    repositories = repositories.stream().distinct().sorted().toList();
  }

  /** For all of it. */
  public ArchiveRequest(
      Conf conf,
      List<String> repositories,
      Optional<Path> specification,
      boolean again,
      boolean sync,
      String program) {
    this(conf, repositories, specification, again, sync, program, new Portion.Whole());
  }

  /** The same for a part of it. */
  ArchiveRequest with(Portion part) {
    return new ArchiveRequest(conf, repositories, specification, again, sync, program, part);
  }

  /**
   * Which part of each repository is wanted.
   *
   * @param present the note of the archive as it is
   */
  WantedParts wanted(Optional<ArchiveNote> present) {
    return new WantedParts(
        specification, fqrn -> present.flatMap(note -> note.specification(fqrn)));
  }

  /** What decides, besides the slice, which bytes are written. */
  SortedMap<String, String> shape(ArchiveFormat format) {
    SortedMap<String, String> shape = new TreeMap<>(format.shape());
    shape.putAll(portion.shape());
    return shape;
  }
}
