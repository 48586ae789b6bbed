package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.tree.TreePath;

/**
 * Something in an export that is not as it should be.
 *
 * @param problem in words, such as {@code mode is 0644, expected 0755}
 */
public record Finding(TreePath path, String problem) {}
