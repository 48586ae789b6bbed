package dev.cvmfs.shrinkwrap.trace;

/** Why a line of a trace, or a path in it, does not count. */
public enum Skipped {
  NOT_FOUND("of what did not exist when the program looked"),
  UNKNOWN_INODE("of files whose paths the CVMFS client could not tell (@UNKNOWN)"),
  FILTERED("in calls that --filter names, or of a desktop's folder for trash"),
  RELATIVE("of relative paths whose directory is not known (strace -y tells it)"),
  OUTSIDE("of paths outside of the repository"),
  MALFORMED("in lines that cannot be read, such as a last one that was cut off"),
  IMPOSSIBLE("of paths that no repository can have");

  private final String meaning;

  Skipped(String meaning) {
    this.meaning = meaning;
  }

  /** For people, after "3 uses". */
  public String meaning() {
    return meaning;
  }
}
