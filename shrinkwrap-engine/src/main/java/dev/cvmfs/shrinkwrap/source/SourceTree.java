package dev.cvmfs.shrinkwrap.source;

import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A tree that can be copied: its files in path order, and the content of each. Safe for use by
 * several threads.
 */
public interface SourceTree {

  /** The fully qualified name of the repository that it is of. */
  String fqrn();

  /** The root catalog's hash, if it has one. */
  Optional<ContentHash> rootHash();

  /** The repository's revision; 0 if there are none. */
  long revision();

  /** The files that the specification asks for. */
  EntryCursor walk(Specification specification, CatalogGate gate);

  /** The plain content of one of its files, which is exactly as long as the file says. */
  InputStream open(Entry.RegularFile file) throws IOException;

  /** Whether {@link #open} costs no network. */
  boolean isLocal(Entry.RegularFile file);

  /** Says that the file will be opened soon. */
  void prefetch(Entry.RegularFile file);
}
