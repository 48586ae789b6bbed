package dev.cvmfs.shrinkwrap.trace;

/** Why a line of a trace, or a path in it, does not count. */
public enum Skipped {
  NOT_FOUND("the path did not exist when the program looked"),
  UNKNOWN_INODE("the client had forgotten the path (@UNKNOWN), which happens in long runs"),
  FILTERED("calls that --filter names, or that no program makes for itself"),
  RELATIVE("relative paths of which the directory is not known (strace -y tells it)"),
  OUTSIDE("outside of the repository"),
  MALFORMED("could not be read, such as a last line that was cut off"),
  IMPOSSIBLE("not possible as paths in a repository");

  private final String meaning;

  Skipped(String meaning) {
    this.meaning = meaning;
  }

  /** For people, after a number. */
  public String meaning() {
    return meaning;
  }
}
