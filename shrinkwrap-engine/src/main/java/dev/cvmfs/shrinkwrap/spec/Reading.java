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
    int start = RuleParser.beginning(source);
    int end = start + mark.length;
    boolean marked =
        source.length >= end
            && Arrays.equals(source, start, end, mark, 0, mark.length)
            && (source.length == end || "\r\n".indexOf(source[end]) >= 0);
    return marked ? ORIGINAL : otherwise;
  }
}
