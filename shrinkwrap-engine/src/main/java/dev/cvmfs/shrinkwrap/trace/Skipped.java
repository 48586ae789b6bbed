package dev.cvmfs.shrinkwrap.trace;

/** Why a line of a trace, or a path in it, does not count. */
public enum Skipped {
  NOT_FOUND("did not exist when the program looked"),
  UNKNOWN_INODE("the client could not tell the path (@UNKNOWN)"),
  FILTERED("calls that were filtered out"),
  RELATIVE("relative paths of which the directory is not known"),
  OUTSIDE("outside of the repository"),
  MALFORMED("could not be read, such as a last line that was cut off"),
  IMPOSSIBLE("not possible as paths in a repository");

  private final String meaning;

  Skipped(String meaning) {
    this.meaning = meaning;
  }

  /** For people, after a number of lines. */
  public String meaning() {
    return meaning;
  }
}
