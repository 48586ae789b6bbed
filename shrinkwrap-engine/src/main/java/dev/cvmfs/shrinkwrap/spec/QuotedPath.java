package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Paths between double quotes, for names that cannot be written otherwise: {@code \n}, {@code \r},
 * {@code \t}, {@code \"}, {@code \\} and {@code \xNN} stand for one byte each, all else for itself.
 */
final class QuotedPath {
  private QuotedPath() {}

  /**
   * A path and where it ended.
   *
   * @param end index of the byte after the closing quote
   */
  record Unquoted(ByteString path, int end) {}

  /**
   * Reads a path whose opening quote is at an index.
   *
   * @throws IllegalArgumentException if it is not well quoted
   */
  static Unquoted read(byte[] text, int start) {
    ByteArrayOutputStream path = new ByteArrayOutputStream();
    int at = start + 1;
    while (at < text.length && text[at] != '"') {
      if (text[at] != '\\') {
        path.write(text[at]);
        at++;
      } else if (at + 1 < text.length && text[at + 1] == 'x') {
        path.write(hex(text, at + 2));
        at += 4;
      } else {
        path.write(escaped(text, at + 1));
        at += 2;
      }
    }
    if (at >= text.length) {
      throw new IllegalArgumentException("the closing quote is missing");
    }
    return new Unquoted(ByteString.of(path.toByteArray()), at + 1);
  }

  private static int hex(byte[] text, int at) {
    int value = 0;
    for (int i = at; i < at + 2; i++) {
      int digit = i < text.length ? Character.digit(text[i], 16) : -1;
      if (digit < 0) {
        throw new IllegalArgumentException("\\x wants two hexadecimal digits");
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private static int escaped(byte[] text, int at) {
    int which = at < text.length ? text[at] : 0;
    return switch (which) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '"', '\\' -> which;
      default ->
          throw new IllegalArgumentException(
              "a \\ stands before n, r, t, \", \\ or x with two hexadecimal digits");
    };
  }

  /** Whether a path means something else, or nothing, unless it is quoted. */
  static boolean isNeeded(byte[] path) {
    for (byte b : path) {
      if (b == '*' || b == '?' || (b >= 0 && b < ' ') || b == 0x7f) {
        return true;
      }
    }
    return path.length > 0 && path[path.length - 1] == ' ';
  }

  /** Writes a path between quotes. */
  static void write(byte[] path, ByteArrayOutputStream out) {
    out.write('"');
    for (byte b : path) {
      if (b == '"' || b == '\\') {
        out.write('\\');
        out.write(b);
      } else if ((b >= 0 && b < ' ') || b == 0x7f) {
        out.writeBytes("\\x%02x".formatted(b).getBytes(StandardCharsets.US_ASCII));
      } else {
        out.write(b);
      }
    }
    out.write('"');
  }
}
