package dev.cvmfs.shrinkwrap.cvmfs;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.TreePath;

/**
 * Asked about each nested catalog that a walk comes to. It may be asked more than once, and ahead
 * of time, but always before the walk gives out the directory that the catalog is mounted on.
 */
public interface CatalogGate {
  /** Lets every catalog be read. */
  CatalogGate OPEN = (mountpoint, catalog) -> true;

  /** Whether the walk goes into the catalog; if not, the mountpoint itself is all that comes. */
  boolean enters(TreePath mountpoint, ContentHash catalog);
}
