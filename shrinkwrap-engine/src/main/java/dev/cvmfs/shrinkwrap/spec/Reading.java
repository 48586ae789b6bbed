package dev.cvmfs.shrinkwrap.spec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a specification is read. A file can say so itself, in its first line, so that a layer or an
 * export which holds the specification that it was made with also holds what that means.
 */
public enum Reading {
  /** Ours: for each path the last rule that matches decides; wildcards work. */
  LAST_MATCH,
  /**
   * The original program's, for files that were written with its peculiarities in mind: one mode a
   * path, exclusions that cannot be taken back, stars and question marks that are part of names.
   * Where the original never ends, the lines mean what they would mean had it ended.
   */
  ORIGINAL;

  /**
   * The first line of a file that is to be read as {@link #ORIGINAL}; a comment to the original.
   */
  static final String MARK = "#!compat";

  /** The reading of a file: what it says, or else what was asked for. */
  static Reading of(byte[] source, Reading otherwise) {
    byte[] mark = MARK.getBytes(StandardCharsets.US_ASCII);
    boolean marked =
        source.length >= mark.length
            && Arrays.equals(source, 0, mark.length, mark, 0, mark.length)
            && (source.length == mark.length || "\r\n".indexOf(source[mark.length]) >= 0);
    return marked ? ORIGINAL : otherwise;
  }
}
