package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.ByteString;

/**
 * What one component of a rule's path matches.
 *
 * @param kind whether the text stands for itself
 * @param text the component as written
 */
public record NamePattern(Kind kind, ByteString text) {

  /** How the text is meant. */
  public enum Kind {
    /** The name itself. */
    NAME,
    /** With {@code *} for any run of bytes, {@code ?} for one character. */
    WILDCARD,
    /** {@code **}: any number of components, none included. */
    ANY_DEPTH
  }

  /** The name itself, whatever is in it. */
  static NamePattern name(byte[] text) {
    return new NamePattern(Kind.NAME, ByteString.of(text));
  }

  /** A name in which wildcards mean something. */
  static NamePattern of(byte[] text) {
    if (text.length == 2 && text[0] == '*' && text[1] == '*') {
      return new NamePattern(Kind.ANY_DEPTH, ByteString.of(text));
    }
    for (byte b : text) {
      if (b == '*' || b == '?') {
        return new NamePattern(Kind.WILDCARD, ByteString.of(text));
      }
    }
    return name(text);
  }

  /** A wildcard made for matching many names. */
  static final class Matcher {
    private final byte[] pattern;

    Matcher(NamePattern pattern) {
      this.pattern = pattern.text.bytes();
    }

    /**
     * Whether a part of a path matches. On a mismatch, the last star takes one byte more; going
     * back to earlier ones could not help.
     */
    boolean matches(byte[] path, int from, int to) {
      int at = from;
      int next = 0;
      int afterStar = -1;
      int starTook = 0;
      while (at < to) {
        if (next < pattern.length && pattern[next] == '*') {
          next++;
          afterStar = next;
          starTook = at;
        } else if (next < pattern.length && pattern[next] == '?') {
          at += characterLength(path, at, to);
          next++;
        } else if (next < pattern.length && pattern[next] == path[at]) {
          at++;
          next++;
        } else if (afterStar >= 0) {
          starTook++;
          at = starTook;
          next = afterStar;
        } else {
          return false;
        }
      }
      while (next < pattern.length && pattern[next] == '*') {
        next++;
      }
      return next == pattern.length;
    }

    /** The bytes of the UTF-8 character that begins here; 1 if none does. */
    private static int characterLength(byte[] path, int at, int to) {
      int first = Byte.toUnsignedInt(path[at]);
      int length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
      if (at + length > to) {
        return 1;
      }
      for (int i = 1; i < length; i++) {
        if ((path[at + i] & 0xc0) != 0x80) {
          return 1;
        }
      }
      return length;
    }
  }
}
