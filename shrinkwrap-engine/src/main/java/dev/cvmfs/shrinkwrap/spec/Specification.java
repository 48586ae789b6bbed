package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.TreePath;

/** Which paths of a repository are wanted. */
public interface Specification {

  /**
   * Whether the entry itself belongs to the slice, be it only as a directory on the way to others.
   */
  boolean includes(TreePath path);

  /**
   * Whether anything below the directory may belong to the slice; if not, it need not be opened.
   */
  boolean descends(TreePath directory);

  /** The text it was read from, exactly. */
  byte[] source();
}
