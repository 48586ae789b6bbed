package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.sync.Change;
import dev.cvmfs.shrinkwrap.sync.ChangeCursor;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What leads from one state of a repository to another, by two walks side by side. Where both come
 * to the same catalog at the same place, neither goes into it: its hash says that all below is
 * alike. So the cost is that of the catalogs that differ, whatever the size of the repository.
 *
 * <p>Both walks must have the same specification, ownership and values of variant links.
 */
public final class CatalogComparison implements ChangeCursor {
  private final CatalogWalk present;
  private final CatalogWalk wanted;
  private Optional<Entry> presentHead;
  private Optional<Entry> wantedHead;
  private Optional<Change<Entry>> next = Optional.empty();

  /**
   * @param present the state to start from; closed with this
   * @param wanted the state to arrive at; closed with this
   */
  public CatalogComparison(CatalogWalk present, CatalogWalk wanted) {
    this.present = present;
    this.wanted = wanted;
    this.presentHead = advance(present);
    this.wantedHead = advance(wanted);
  }

  private static Optional<Entry> advance(CatalogWalk walk) {
    return walk.hasNext() ? Optional.of(walk.next()) : Optional.empty();
  }

  @Override
  public boolean hasNext() {
    while (next.isEmpty() && (presentHead.isPresent() || wantedHead.isPresent())) {
      next = step();
    }
    return next.isPresent();
  }

  @Override
  public Change<Entry> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("there are no more changes");
    }
    Change<Entry> change = next.orElseThrow();
    next = Optional.empty();
    return change;
  }

  private Optional<Change<Entry>> step() {
    Optional<Entry> left = presentHead;
    Optional<Entry> right = wantedHead;
    int rank =
        left.isEmpty() ? 1 : right.isEmpty() ? -1 : left.get().path().compareTo(right.get().path());
    if (rank == 0 && isSameBelow()) {
      present.skipBelow();
      wanted.skipBelow();
    }
    if (rank <= 0) {
      presentHead = advance(present);
    }
    if (rank >= 0) {
      wantedHead = advance(wanted);
    }
    if (rank < 0) {
      return Optional.of(new Change.Removed<>(left.orElseThrow()));
    }
    if (rank > 0) {
      return Optional.of(new Change.Added<>(right.orElseThrow()));
    }
    return isAlike(left.orElseThrow(), right.orElseThrow())
        ? Optional.empty()
        : Optional.of(new Change.Changed<>(left.orElseThrow(), right.orElseThrow()));
  }

  private boolean isSameBelow() {
    Optional<NestedCatalog> mounted = present.mountedHere();
    return mounted.isPresent() && mounted.equals(wanted.mountedHere());
  }

  /** Numbers of groups of hard links are of one walk and say nothing in another. */
  private static boolean isAlike(Entry left, Entry right) {
    return withoutGroup(left).equals(withoutGroup(right));
  }

  private static Entry withoutGroup(Entry entry) {
    return entry instanceof Entry.RegularFile file
        ? new Entry.RegularFile(
            file.path(), file.attributes(), file.size(), file.identity(), file.objects(), 0)
        : entry;
  }

  @Override
  public void close() {
    try {
      present.close();
    } finally {
      wanted.close();
    }
  }
}
