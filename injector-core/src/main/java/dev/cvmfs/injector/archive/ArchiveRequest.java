package dev.cvmfs.injector.archive;

import dev.cvmfs.conf.Conf;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
 */
public record ArchiveRequest(
    Conf conf,
    List<String> repositories,
    Optional<Path> specification,
    boolean again,
    boolean sync,
    String program) {
  public ArchiveRequest {
    repositories = repositories.stream().distinct().sorted().toList();
  }
}
