package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.TreePath;

/**
 * One line of a specification.
 *
 * @param path the path as written, without the marks around it
 * @param line where it stands, counted from 1; a later rule beats an earlier one
 */
public record Rule(Form form, PathPattern path, int line) {

  /** What a rule says about the path itself, its direct children, and everything deeper. */
  public enum Form {
    /** {@code /p} and {@code ^/p}: this entry alone; a directory stays empty. */
    ENTRY(true, true, false, false),
    /** {@code /p/*}: the entry and everything below it. */
    TREE(true, true, true, true),
    /** {@code ^/p/*}: the entry and its direct children, directories among them empty. */
    LISTING(true, true, true, false),
    /** {@code !/p}: neither the entry nor anything below it. */
    NOT_TREE(false, true, true, true),
    /** {@code !/p/*}: nothing below the entry; it says nothing about the entry itself. */
    NOT_BELOW(false, false, true, true);

    private final boolean includes;
    private final boolean coversEntry;
    private final boolean coversChildren;
    private final boolean coversDeeper;

    Form(boolean includes, boolean coversEntry, boolean coversChildren, boolean coversDeeper) {
      this.includes = includes;
      this.coversEntry = coversEntry;
      this.coversChildren = coversChildren;
      this.coversDeeper = coversDeeper;
    }

    /** Whether what it covers is wanted; otherwise it is not. */
    public boolean includes() {
      return includes;
    }

    boolean coversEntry() {
      return coversEntry;
    }

    boolean coversChildren() {
      return coversChildren;
    }

    boolean coversDeeper() {
      return coversDeeper;
    }
  }

  /** A line about exactly this path, as it is written in a file, without the line's end. */
  public static byte[] write(Form form, TreePath path) {
    return RuleSyntax.write(form, path);
  }

  /** Whether it says something about a path, as far as nothing later does. */
  boolean matches(TreePath path) {
    if (form.coversEntry() && this.path.matches(path)) {
      return true;
    }
    boolean covers = form.coversChildren();
    TreePath above = path;
    while (covers && !above.isRoot()) {
      above = above.parent();
      if (this.path.matches(above)) {
        return true;
      }
      covers = form.coversDeeper();
    }
    return false;
  }

  /** The line number and the answer as one number; see {@link Verdict}. */
  int number() {
    return line * 2 + (form.includes() ? 1 : 0);
  }
}
