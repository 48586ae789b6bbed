package dev.cvmfs.shrinkwrap.tree;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/**
 * Directories on the way of a walk that are part of the slice only if something below them is: they
 * wait here until that has been found, or has not. At most one for each level of the tree.
 */
public final class HeldDirectories {
  private final Deque<Entry> held = new ArrayDeque<>();

  /** Keeps a directory that the walk has come to. */
  public void hold(Entry directory) {
    forgetPassed(directory.path());
    held.addLast(directory);
  }

  /** Moves the directories above a path that is part of the slice to a list, the highest first. */
  public void release(TreePath path, Collection<? super Entry> target) {
    if (!held.isEmpty()) {
      forgetPassed(path);
      target.addAll(held);
      held.clear();
    }
  }

  private void forgetPassed(TreePath path) {
    while (!held.isEmpty() && !path.isAtOrBelow(held.getLast().path())) {
      held.removeLast();
    }
  }
}
