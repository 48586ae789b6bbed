package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.HeldDirectories;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Walks a repository depth-first in path order. Open at any time are only the listings of the
 * directories on the way to where it is and the catalogs that these are in.
 *
 * <p>A mountpoint is emitted with the attributes in the catalog that it is mounted in; the nested
 * catalog's own root entry, which repeats them, never is.
 */
public final class CatalogWalk implements EntryCursor {

  /** A directory on the way: its path, its rows still to come, the catalog they are in. */
  private record Level(TreePath path, Catalog.Listing listing, Mounted mounted, boolean isRoot) {}

  /** An open catalog with what belongs to it. */
  private record Mounted(Catalog catalog, EntryFactory entries, PrefetchWindow window) {}

  private final Specification specification;
  private final Ownership ownership;
  private final VariantSymlinks symlinks;
  private final CatalogGate gate;
  private final CatalogSource source;
  private final Deque<Level> levels = new ArrayDeque<>();
  private final HeldDirectories held = new HeldDirectories();
  private final Deque<Entry> ready = new ArrayDeque<>();
  private Optional<Below> below = Optional.empty();
  private Optional<Entry> next = Optional.empty();
  private int catalogs;

  /** The directory that was made ready last, whose content is still to be entered. */
  private record Below(TreePath path, CatalogRow row, Mounted mounted) {
    Optional<NestedCatalog> nested() {
      return Optional.ofNullable(mounted.catalog().nested().get(path));
    }
  }

  /** A walk that shows symbolic links as they are stored. */
  public CatalogWalk(
      NestedCatalog root, Specification specification, Ownership ownership, CatalogSource source) {
    this(root, specification, ownership, VariantSymlinks.raw(), CatalogGate.OPEN, source);
  }

  /**
   * @param gate decides about nested catalogs
   * @param source closed with the walk
   */
  public CatalogWalk(
      NestedCatalog root,
      Specification specification,
      Ownership ownership,
      VariantSymlinks symlinks,
      CatalogGate gate,
      CatalogSource source) {
    this.specification = specification;
    this.ownership = ownership;
    this.symlinks = symlinks;
    this.gate = gate;
    this.source = source;
    try {
      Mounted mounted = mount(root);
      enterRoot(TreePath.ROOT, mounted);
      this.next = Optional.of(rootEntry(mounted));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Entry rootEntry(Mounted mounted) {
    Catalog catalog = mounted.catalog();
    return catalog
        .find(catalog.rootKey())
        .map(row -> mounted.entries().entry(TreePath.ROOT, row))
        .orElseThrow(
            () ->
                new CvmfsFailure.Data("%s has no entry for its root directory".formatted(catalog)));
  }

  private Mounted mount(NestedCatalog nested) {
    Catalog catalog = source.open(nested);
    catalogs++;
    return new Mounted(
        catalog,
        new EntryFactory(catalog, ownership, symlinks, catalogs),
        new PrefetchWindow(catalog, this::enters, source));
  }

  /**
   * Whether the gate decides is a matter of the specification alone, so that it is known ahead of
   * time.
   */
  private boolean enters(NestedCatalog nested) {
    TreePath mountpoint = nested.mountpoint();
    return specification.descends(mountpoint)
        && (!specification.includes(mountpoint) || gate.enters(mountpoint, nested.hash()));
  }

  private void enterRoot(TreePath path, Mounted mounted) {
    Catalog catalog = mounted.catalog();
    levels.push(new Level(path, catalog.list(catalog.rootKey()), mounted, true));
  }

  private void enter(TreePath path, CatalogRow row, Mounted mounted) {
    NestedCatalog nested = mounted.catalog().nested().get(path);
    if (nested != null) {
      gate.entered(path, nested.hash());
      mounted.window().entering(nested);
      enterRoot(path, mount(nested));
    } else if (row.isMountpoint()) {
      throw new CvmfsFailure.Data(
          "%s says that %s is in a catalog of its own, but not in which"
              .formatted(mounted.catalog(), path));
    } else {
      requireOwnKey(path, row, mounted.catalog());
      levels.push(new Level(path, mounted.catalog().list(row.key()), mounted, false));
    }
  }

  /** A directory with the key of one above it would hold itself, without end. */
  private static void requireOwnKey(TreePath path, CatalogRow row, Catalog catalog) {
    if (!row.key().equals(catalog.key(path))) {
      throw new CvmfsFailure.Data("%s keeps %s under another path's key".formatted(catalog, path));
    }
  }

  @Override
  public boolean hasNext() {
    if (next.isEmpty()) {
      next = advance();
    }
    return next.isPresent();
  }

  @Override
  public Entry next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the walk is over");
    }
    Entry entry = next.orElseThrow();
    next = Optional.empty();
    return entry;
  }

  /**
   * The catalog that lists what is below the entry last returned, if that is mounted there and
   * something of it is wanted. To be asked before {@link #hasNext}.
   */
  Optional<NestedCatalog> mountedHere() {
    return ready.isEmpty() ? below.flatMap(Below::nested) : Optional.empty();
  }

  /** Leaves out all that is below the entry last returned; its catalog is not even opened. */
  void skipBelow() {
    below
        .flatMap(Below::nested)
        .ifPresent(nested -> below.orElseThrow().mounted().window().entering(nested));
    below = Optional.empty();
  }

  private void enterBelow() {
    Optional<Below> entered = below;
    below = Optional.empty();
    entered.ifPresent(directory -> enter(directory.path(), directory.row(), directory.mounted()));
  }

  private Optional<Entry> advance() {
    if (ready.isEmpty()) {
      enterBelow();
    }
    while (ready.isEmpty() && !levels.isEmpty()) {
      Level level = levels.getFirst();
      Optional<CatalogRow> row = level.listing().next();
      if (row.isEmpty()) {
        leave();
        continue;
      }
      visit(child(level, row.get()), row.get(), level.mounted());
    }
    return Optional.ofNullable(ready.poll());
  }

  private void visit(TreePath path, CatalogRow row, Mounted mounted) {
    boolean includes = specification.includes(path);
    boolean descends = row.isDirectory() && specification.descends(path);
    if (includes) {
      held.release(path, ready);
      ready.add(mounted.entries().entry(path, row));
      if (descends) {
        below = Optional.of(new Below(path, row, mounted)).filter(this::isEntered);
      }
    } else if (descends) {
      held.hold(mounted.entries().entry(path, row));
      enter(path, row, mounted);
    }
  }

  private boolean isEntered(Below directory) {
    Optional<NestedCatalog> closed = directory.nested().filter(nested -> !enters(nested));
    closed.ifPresent(nested -> gate.skipped(nested.mountpoint(), nested.hash()));
    return closed.isEmpty();
  }

  private static TreePath child(Level level, CatalogRow row) {
    try {
      return level.path().child(row.name());
    } catch (IllegalArgumentException e) {
      throw new CvmfsFailure.Data(
          "%s has an impossible name in %s: %s"
              .formatted(level.mounted().catalog(), level.path(), e.getMessage()),
          e);
    }
  }

  private void leave() {
    Level level = levels.pop();
    level.listing().close();
    if (level.isRoot()) {
      level.mounted().catalog().close();
    }
  }

  @Override
  public void close() {
    while (!levels.isEmpty()) {
      leave();
    }
    ready.clear();
    next = Optional.empty();
    source.close();
  }
}
