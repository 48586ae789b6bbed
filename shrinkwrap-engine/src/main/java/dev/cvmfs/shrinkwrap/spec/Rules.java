package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.TreePath;

/** Rules made ready for questions. Immutable, so safe for use by several threads. */
sealed interface Rules permits LastMatchRules, OriginalRules {

  /** The answer for a path as {@code TreePath} keeps it. */
  Answer answer(byte[] path);

  /**
   * Bytes that are the same for two sets of rules only if both give the same answers for the path
   * and everything below it.
   */
  byte[] coverage(TreePath path);
}
