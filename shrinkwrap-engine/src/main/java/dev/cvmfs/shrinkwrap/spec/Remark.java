package dev.cvmfs.shrinkwrap.spec;

/**
 * Something to tell the author of a specification.
 *
 * @param line what it is about, counted from 1; 0 for the whole file
 * @param message without file and line
 */
public record Remark(int line, Kind kind, String message) {

  /** How bad it is. */
  public enum Severity {
    /** The file is not a specification. */
    ERROR,
    /** Most likely not what was meant. */
    WARNING,
    /** Worth knowing. */
    NOTE
  }

  /** What it is about. */
  public enum Kind {
    /** Not a rule. */
    SYNTAX(Severity.ERROR),
    /** {@code /foo*}, which means {@code /foo/*}. */
    TRAILING_STAR(Severity.WARNING),
    /** Line ends that the original program takes for parts of names. */
    CARRIAGE_RETURN(Severity.NOTE),
    /** Later rules decide about everything that this one matches. */
    SHADOWED(Severity.WARNING),
    /** Excludes what no earlier rule includes. */
    EXCLUDES_NOTHING(Severity.WARNING),
    /** No rule includes anything. */
    NOTHING_WANTED(Severity.WARNING),
    /** The original program reads it otherwise, or never ends. */
    ORIGINAL(Severity.NOTE),
    /** The repository has nothing there. */
    MISSING(Severity.WARNING),
    /** A directory without its contents. */
    EMPTY_DIRECTORY(Severity.WARNING),
    /** The way leads through a symbolic link, which a specification does not follow. */
    THROUGH_LINK(Severity.WARNING),
    /** Something is asked for below what is not a directory. */
    NOT_A_DIRECTORY(Severity.WARNING);

    private final Severity severity;

    Kind(Severity severity) {
      this.severity = severity;
    }

    public Severity severity() {
      return severity;
    }
  }

  public Severity severity() {
    return kind.severity();
  }
}
