package dev.cvmfs.shrinkwrap.spec;

/** How a specification is read. */
public enum Reading {
  /** Ours: for each path the last rule that matches decides; wildcards work. */
  LAST_MATCH,
  /**
   * The original program's, for files that were written with its peculiarities in mind: one mode a
   * path, exclusions that cannot be taken back, stars and question marks that are part of names.
   * Where the original never ends, the lines mean what they would mean had it ended.
   */
  ORIGINAL
}
