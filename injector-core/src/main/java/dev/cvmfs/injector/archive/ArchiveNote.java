package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.inject.LayerProvenance;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What lies beside an archive and says how it came to be, so that the next run knows whether it is
 * still what a new one would be.
 *
 * @param shape what decides besides the slice which bytes are written
 * @param mark of the archive
 * @param amounts what is in it
 * @param repositories what it was made from, by fully qualified name
 */
record ArchiveNote(
    SortedMap<String, String> shape,
    FileMark mark,
    LedgerEntry.Amounts amounts,
    SortedMap<String, LedgerEntry.Repository> repositories) {
  ArchiveNote {
    shape = Collections.unmodifiableSortedMap(new TreeMap<>(shape));
    repositories = Collections.unmodifiableSortedMap(new TreeMap<>(repositories));
  }

  /** The specification of a repository that the archive was made with. */
  Optional<ByteString> specification(String fqrn) {
    return Optional.ofNullable(repositories.get(fqrn))
        .map(LedgerEntry.Repository::provenance)
        .flatMap(files -> Optional.ofNullable(files.get(LayerProvenance.SPECIFICATION)));
  }
}
