package dev.cvmfs.shrinkwrap.cvmfs;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.TreePath;

/**
 * Decides which nested catalogs a walk goes into, and is told where it went. Catalogs that are
 * mounted on a directory outside the slice, which is there only for what may be wanted below it,
 * are always entered: whether there is anything, only they can tell.
 */
public interface CatalogGate {
  /** Lets every catalog be read. */
  CatalogGate OPEN = (mountpoint, catalog) -> true;

  /**
   * Whether the walk goes into a catalog; if not, the mountpoint itself is all that comes. Asked
   * any number of times, and ahead of time, also about catalogs that the walk never comes to.
   */
  boolean enters(TreePath mountpoint, ContentHash catalog);

  /** Told when the walk goes into a catalog. */
  default void entered(TreePath mountpoint, ContentHash catalog) {}

  /** Told when the walk leaves out what is in a catalog, before it gives out the mountpoint. */
  default void skipped(TreePath mountpoint, ContentHash catalog) {}
}
