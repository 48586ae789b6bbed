package dev.cvmfs.conf;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * One assignment of a configuration.
 *
 * @param key the parameter's name, such as {@code CVMFS_SERVER_URL}
 * @param value the value, unquoted
 * @param origin the file it was read from, or a description such as {@code "command line"}
 * @param line the line in that file, counted from 1; 0 where there are no lines
 */
public record Setting(String key, String value, String origin, int line) {
  /**
   * Name and password before a host: in a URL, or in a list of proxies, which need no scheme. What
   * is between two {@code @} is filled in with the repository's name.
   */
  private static final Pattern CREDENTIALS =
      Pattern.compile("(?<=//|^|[;|\\s])(?:[^/@;|\\s]+@(?!(?:fqrn|org)@))+");

  /** {@code file:line}, or the origin alone where there are no lines. */
  public String where() {
    return line > 0 ? origin + ":" + line : origin;
  }

  /** The same with another value. */
  Setting withValue(String newValue) {
    return new Setting(key, newValue, origin, line);
  }

  /** The value of a setting that names hosts, without the credentials for them. */
  public String valueWithoutCredentials() {
    return CREDENTIALS.matcher(value).replaceAll("");
  }

  /**
   * The value as a path; a relative one starts at the folder of the file that holds the setting.
   *
   * @throws ConfFailure if no file can have such a name
   */
  public Path path() {
    return path(value);
  }

  /** A part of the value as a path, for settings that list several; see {@link #path()}. */
  public Path path(String part) {
    try {
      return line > 0 ? Path.of(origin).resolveSibling(part) : Path.of(part);
    } catch (InvalidPathException e) {
      throw new ConfFailure(
          "%s: %s is not a file name (%s)".formatted(where(), key, e.getReason()), e);
    }
  }

  /** For people and logs: without the value, which may be a secret. */
  @Override
  public String toString() {
    return key + " of " + where();
  }
}
