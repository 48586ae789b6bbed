package dev.cvmfs.shrinkwrap.closure;

import dev.cvmfs.shrinkwrap.tree.TreePath;

/**
 * A path that something needs.
 *
 * @param whole whether a directory is meant with everything below it
 * @param by one that needs it; it was opened, or is itself an earlier addition
 */
public record Addition(TreePath path, boolean whole, Why why, TreePath by) {

  /** Why something is needed. */
  public enum Why {
    LIBRARY("needed by %s"),
    INTERPRETER("the interpreter of %s"),
    PACKAGE("the Python package of %s"),
    MODULE("the Python module of %s"),
    METADATA("about the Python package %s"),
    LINK("where %s leads");

    private final String meaning;

    Why(String meaning) {
      this.meaning = meaning;
    }
  }

  /** For people, after a path: "needed by /bin/run". */
  public String reason() {
    return why.meaning.formatted(by);
  }
}
