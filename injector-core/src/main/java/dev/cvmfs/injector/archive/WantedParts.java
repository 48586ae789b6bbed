package dev.cvmfs.injector.archive;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.inject.LayerProvenance;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Settles which part of each repository is wanted. */
final class WantedParts {
  private final Optional<Path> specification;
  private final Optional<ArchiveNote> present;

  /**
   * @param specification a file, or a folder with a file for each repository
   * @param present the note of the archive as it is, to be asked where there is none
   */
  WantedParts(Optional<Path> specification, Optional<ArchiveNote> present) {
    this.specification = specification;
    this.present = present;
  }

  /**
   * The specification for a repository.
   *
   * @throws ConfFailure if nobody says which part is wanted
   */
  SpecificationFile of(String fqrn) throws IOException {
    if (specification.isPresent()) {
      Path file = specification.get();
      return SpecificationFile.read(Files.isDirectory(file) ? file.resolve(fqrn + ".spec") : file);
    }
    Optional<ByteString> earlier =
        present
            .flatMap(note -> Optional.ofNullable(note.repositories().get(fqrn)))
            .map(LedgerEntry.Repository::provenance)
            .flatMap(files -> Optional.ofNullable(files.get(LayerProvenance.SPECIFICATION)));
    if (earlier.isPresent()) {
      return SpecificationFile.parse(
          earlier.get().bytes(), "the specification of the present archive");
    }
    Path here = Path.of(fqrn + ".spec");
    if (Files.exists(here)) {
      return SpecificationFile.read(here);
    }
    throw new ConfFailure(
        """
        which part of %s is to be exported?
        give a specification with --spec FILE; the single line /* takes everything"""
            .formatted(fqrn));
  }
}
