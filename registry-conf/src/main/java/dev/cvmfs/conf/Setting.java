package dev.cvmfs.conf;

/**
 * One assignment of a configuration.
 *
 * @param key the parameter's name, such as {@code CVMFS_SERVER_URL}
 * @param value the value, unquoted
 * @param origin the file it was read from, or a description such as {@code "command line"}
 * @param line the line in that file, counted from 1; 0 where there are no lines
 */
public record Setting(String key, String value, String origin, int line) {

  /** {@code file:line}, or the origin alone where there are no lines. */
  public String where() {
    return line > 0 ? origin + ":" + line : origin;
  }
}
