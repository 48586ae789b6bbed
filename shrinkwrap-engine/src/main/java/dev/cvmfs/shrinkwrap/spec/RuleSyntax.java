package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.spec.Rule.Form;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * One line of a specification: {@code [!|^]/path[*]}, or {@code [!|^]"/path"[/*]}, in bytes.
 *
 * <p>A {@code *} at the very end is the mark for "and below", as the original program reads it, so
 * {@code /foo*} is {@code /foo/*}; a slash after it keeps it from being the mark: {@code
 * /foo*}{@code /} are the entries whose names begin with {@code foo}.
 */
final class RuleSyntax {
  private final Reading reading;

  RuleSyntax(Reading reading) {
    this.reading = reading;
  }

  /**
   * What a line says.
   *
   * @param oddity a warning, if the line probably means something else to its author
   */
  record Line(Form form, PathPattern path, Optional<String> oddity) {}

  /**
   * Reads a line without blanks around it.
   *
   * @throws IllegalArgumentException if it is not a rule; the message says why
   */
  Line read(byte[] text) {
    boolean exclusion = text[0] == '!';
    boolean listing = text[0] == '^';
    int start = exclusion || listing ? 1 : 0;
    if (reading == Reading.LAST_MATCH && start < text.length && text[start] == '"') {
      return quoted(text, start);
    }
    if (start >= text.length || text[start] != '/') {
      throw new IllegalArgumentException(notARule(text, start));
    }
    boolean star = text[text.length - 1] == '*';
    int end = star ? text.length - 1 : text.length;
    if (reading == Reading.LAST_MATCH && endsWith(text, "/**")) {
      if (listing) {
        throw new IllegalArgumentException(
            "'%s': ^ asks for direct children, ** for all depths; choose one"
                .formatted(ByteString.of(text)));
      }
      end--;
    }
    PathPattern path = path(normalize(text, start, end), text);
    boolean joined = star && text[end - 1] != '/';
    return new Line(
        form(exclusion, listing, star),
        path,
        joined ? Optional.of(joined(text)) : Optional.empty());
  }

  private PathPattern path(byte[] normalized, byte[] text) {
    try {
      TreePath path = TreePath.of(normalized);
      return reading == Reading.ORIGINAL ? PathPattern.of(path) : PathPattern.withWildcards(path);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s': %s".formatted(ByteString.of(text), e.getMessage()), e);
    }
  }

  private static String notARule(byte[] text, int start) {
    String hint = "";
    if (start < text.length && text[start] != '/' && isNameStart(text[start])) {
      byte[] absolute = new byte[text.length + 1];
      System.arraycopy(text, 0, absolute, 0, start);
      absolute[start] = '/';
      System.arraycopy(text, start, absolute, start + 1, text.length - start);
      hint = "; did you mean '%s'?".formatted(ByteString.of(absolute));
    }
    return "'%s' is not a rule; a rule is a path from the repository's root, such as /bin/*, after an optional ! or ^%s"
        .formatted(ByteString.of(text), hint);
  }

  private static boolean isNameStart(byte b) {
    return b < 0 || Character.isLetterOrDigit(b) || b == '_' || b == '-';
  }

  private String joined(byte[] text) {
    ByteString read = ByteString.of(Arrays.copyOf(text, text.length - 1));
    String hint =
        reading == Reading.ORIGINAL
            ? "there are no wildcards for parts of a name"
            : "names that begin so are '%s*/'".formatted(read);
    return "'%s' is read as '%s/*'; %s".formatted(ByteString.of(text), read, hint);
  }

  private static Line quoted(byte[] text, int start) {
    QuotedPath.Unquoted unquoted;
    TreePath path;
    try {
      unquoted = QuotedPath.read(text, start);
      byte[] bytes = unquoted.path().bytes();
      if (bytes.length == 0 || bytes[0] != '/') {
        throw new IllegalArgumentException("a path begins with a slash, after the quote");
      }
      path = TreePath.of(normalize(bytes, 0, bytes.length));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s': %s".formatted(ByteString.of(text), e.getMessage()), e);
    }
    String rest = ByteString.of(Arrays.copyOfRange(text, unquoted.end(), text.length)).toString();
    boolean star = rest.equals("/*") || rest.equals("/**");
    if (!star && !rest.isEmpty() && !rest.equals("/")) {
      throw new IllegalArgumentException(
          "'%s': after the closing quote only /* may follow".formatted(ByteString.of(text)));
    }
    boolean listing = text[0] == '^';
    return new Line(form(text[0] == '!', listing, star), PathPattern.of(path), Optional.empty());
  }

  private static Form form(boolean exclusion, boolean listing, boolean star) {
    if (exclusion) {
      return star ? Form.NOT_BELOW : Form.NOT_TREE;
    }
    if (!star) {
      return Form.ENTRY;
    }
    return listing ? Form.LISTING : Form.TREE;
  }

  /** The path without double and trailing slashes, as {@link TreePath} wants it. */
  private static byte[] normalize(byte[] text, int from, int to) {
    ByteArrayOutputStream path = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i++) {
      boolean ends = i + 1 == to || text[i + 1] == '/';
      if (text[i] != '/' || !ends) {
        path.write(text[i]);
      }
    }
    return path.toByteArray();
  }

  private static boolean endsWith(byte[] text, String ascii) {
    return text.length >= ascii.length()
        && ByteString.of(Arrays.copyOfRange(text, text.length - ascii.length(), text.length))
            .equals(ByteString.of(ascii));
  }

  /** Writes a rule about one path the way it is read. */
  static byte[] write(Form form, TreePath path) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!form.includes()) {
      out.write('!');
    } else if (form == Form.LISTING) {
      out.write('^');
    }
    byte[] bytes = path.isRoot() ? new byte[] {'/'} : path.bytes();
    boolean star = form != Form.ENTRY && form != Form.NOT_TREE;
    if (QuotedPath.isNeeded(bytes)) {
      QuotedPath.write(bytes, out);
    } else if (!path.isRoot() || !star) {
      out.writeBytes(bytes);
    }
    if (star) {
      out.write('/');
      out.write('*');
    }
    return out.toByteArray();
  }
}
