package dev.cvmfs.shrinkwrap.trace;

/** How much of what is around used files goes into a specification. */
public enum Policy {
  /** Directories in which a file was opened are wanted with their direct children. */
  PDIR,
  /** Nothing but what was used. */
  EXACT,
  /**
   * What was used, and what that needs of the repository: libraries, interpreters, the rest of
   * Python packages. Only the repository can tell.
   */
  CLOSURE
}
