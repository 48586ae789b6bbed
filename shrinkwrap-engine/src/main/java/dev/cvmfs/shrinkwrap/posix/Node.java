package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;

/** A file of either of the two trees that are merged. */
sealed interface Node {

  TreePath path();

  /** It is on disk. */
  record Present(PresentFile file) implements Node {
    @Override
    public TreePath path() {
      return file.path();
    }
  }

  /** The source has it. */
  record Wanted(Entry entry) implements Node {
    @Override
    public TreePath path() {
      return entry.path();
    }
  }
}
