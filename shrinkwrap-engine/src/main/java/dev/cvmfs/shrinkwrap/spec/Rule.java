package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.TreePath;

/**
 * One line of a specification.
 *
 * @param path the path as written, without the marks around it
 * @param line where it stands, counted from 1; a later rule beats an earlier one
 */
record Rule(Form form, TreePath path, int line) {

  /** What a rule says about the path itself, its direct children, and everything deeper. */
  enum Form {
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

    final boolean includes;
    final boolean coversEntry;
    final boolean coversChildren;
    final boolean coversDeeper;

    Form(boolean includes, boolean coversEntry, boolean coversChildren, boolean coversDeeper) {
      this.includes = includes;
      this.coversEntry = coversEntry;
      this.coversChildren = coversChildren;
      this.coversDeeper = coversDeeper;
    }
  }
}
