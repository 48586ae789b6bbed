package dev.cvmfs.shrinkwrap.cvmfs.content;

import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.TreePath;

/**
 * Wants a directory, the directories above it, and what is in it; not what is below that unless it
 * is asked for.
 */
record Subtree(TreePath directory, boolean recursive) implements Specification {
  @Override
  public boolean includes(TreePath path) {
    return directory.isAtOrBelow(path)
        || (recursive ? path.isAtOrBelow(directory) : path.parent().equals(directory));
  }

  @Override
  public boolean descends(TreePath other) {
    return directory.isAtOrBelow(other) || (recursive && other.isAtOrBelow(directory));
  }

  @Override
  public byte[] source() {
    return new byte[0];
  }
}
