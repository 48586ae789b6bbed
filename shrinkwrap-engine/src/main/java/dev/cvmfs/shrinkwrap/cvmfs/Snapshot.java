package dev.cvmfs.shrinkwrap.cvmfs;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.sync.ChangeCursor;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One signed state of a repository: a root catalog, fixed for as long as this is open. */
public interface Snapshot extends AutoCloseable {

  /** The fully qualified repository name, such as {@code sft.cern.ch}. */
  String fqrn();

  ContentHash rootHash();

  long revision();

  /** When this state was published; the epoch where the repository does not say. */
  Instant published();

  /** Why to believe that this is a state of the repository. */
  Trust trust();

  /** How large it is; empty where the publisher's tools were too old to count. */
  Optional<Statistics> statistics();

  /**
   * The named states of the repository, the newest first; none if it keeps no history.
   *
   * @throws CvmfsFailure if the history cannot be fetched or read
   */
  List<Tag> tags();

  /** The files that the specification asks for, from catalogs fetched and checked on the way. */
  default EntryCursor walk(Specification specification) {
    return walk(specification, CatalogGate.OPEN);
  }

  /** The same without what is in nested catalogs that the gate does not let it enter. */
  EntryCursor walk(Specification specification, CatalogGate gate);

  /**
   * What leads from another state of the repository to this one, in path order, as far as the
   * specification asks for it. Only catalogs that differ are fetched and opened.
   *
   * @param other the root catalog of that state
   */
  ChangeCursor changesSince(ContentHash other, Specification specification);

  /**
   * The root catalog of the state with a revision's number, if it is this one or an earlier one of
   * the main branch that this one vouches for, as in {@link #isOrFollows}.
   *
   * @param steps how many states to go back at most; each takes a root catalog
   */
  Optional<ContentHash> rootOf(long revision, int steps);

  /**
   * Whether a state is this one or an earlier one, as this one's signature vouches for: it is among
   * the named states, or is reached from here by the hashes of the states before.
   *
   * @param state its root catalog
   * @param steps how many states to go back at most; each takes a root catalog
   * @throws CvmfsFailure.Network if a state on the way cannot be had, though it may be there; the
   *     way ends at one that all servers say is not
   */
  boolean isOrFollows(ContentHash state, int steps);

  /**
   * Another state of the same repository, through the same connections and with the same settings.
   * Nothing but its root hash says that it is one.
   *
   * @param root its root catalog
   */
  Snapshot at(ContentHash root);

  ObjectStore objects();

  TransferCounters counters();

  @Override
  void close();
}
