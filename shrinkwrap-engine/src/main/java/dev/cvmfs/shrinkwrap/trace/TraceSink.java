package dev.cvmfs.shrinkwrap.trace;

/** Where the readers of traces put what they find. */
interface TraceSink {

  /**
   * Takes a path that was used.
   *
   * @param path absolute
   * @param inRepository whether it begins at the repository's root, not at the machine's
   */
  void used(byte[] path, boolean inRepository, Use use);

  /** Takes note of a line that gave no path. */
  void skipped(Skipped why);
}
