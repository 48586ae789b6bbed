package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.spec.Rule.Form;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the lines of a specification.
 *
 * <p>A line ends with LF or CR LF; blanks and tabs around it are dropped, so are empty lines and
 * those that begin with {@code #}. What is left is {@code [!|^]/path[*]}, in bytes: names need not
 * be UTF-8, may hold blanks, and lose double and trailing slashes. The original program reads lines
 * the same way (except for CR, which it takes for a part of the name).
 */
final class RuleParser {
  private static final int LONGEST_LINE = 4200;
  private static final int MOST_PROBLEMS = 10;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final String name;
  private final List<Rule> rules = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  RuleParser(String name) {
    this.name = name;
  }

  /** Oddities that are read like the original reads them, each with file and line. */
  List<String> warnings() {
    return warnings;
  }

  List<Rule> parse(byte[] source) {
    boolean marked = source.length >= 3 && Arrays.equals(source, 0, 3, BYTE_ORDER_MARK, 0, 3);
    int start = marked ? BYTE_ORDER_MARK.length : 0;
    for (int line = 1; start < source.length; line++) {
      int end = start;
      while (end < source.length && source[end] != '\n') {
        end++;
      }
      parseLine(trim(source, start, end), line);
      start = end + 1;
    }
    if (!problems.isEmpty()) {
      throw new SpecFailure(String.join("\n", problems));
    }
    return rules;
  }

  private static byte[] trim(byte[] source, int from, int to) {
    int start = from;
    int end = to;
    if (end > start && source[end - 1] == '\r') {
      end--;
    }
    while (end > start && isBlank(source[end - 1])) {
      end--;
    }
    while (start < end && isBlank(source[start])) {
      start++;
    }
    return Arrays.copyOfRange(source, start, end);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private void parseLine(byte[] text, int line) {
    if (text.length == 0 || text[0] == '#') {
      return;
    }
    if (text.length > LONGEST_LINE) {
      problem(line, "the line is longer than any path (%d bytes)".formatted(text.length));
      return;
    }
    boolean exclusion = text[0] == '!';
    boolean listing = text[0] == '^';
    int start = exclusion || listing ? 1 : 0;
    if (start >= text.length || text[start] != '/') {
      problem(
          line,
          "'%s' is not a rule; a rule is a path from the repository's root, such as /bin/*, after"
                  .formatted(ByteString.of(text))
              + " an optional ! or ^");
      return;
    }
    boolean star = text[text.length - 1] == '*';
    int end = star ? text.length - 1 : text.length;
    if (indexOf(text, (byte) '*', start, end) >= 0) {
      problem(
          line,
          "'%s': a * may only be the last character; there are no wildcards inside a path"
              .formatted(ByteString.of(text)));
      return;
    }
    if (star && text[end - 1] != '/') {
      String read = ByteString.of(Arrays.copyOf(text, end)) + "/*";
      warnings.add(
          "%s:%d: '%s' is read as '%s'; there are no wildcards for parts of a name"
              .formatted(name, line, ByteString.of(text), read));
    }
    try {
      TreePath path = TreePath.of(normalize(text, start, end));
      rules.add(new Rule(form(exclusion, listing, star), path, line));
    } catch (IllegalArgumentException e) {
      problem(line, "'%s': %s".formatted(ByteString.of(text), e.getMessage()));
    }
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

  private static int indexOf(byte[] text, byte wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private void problem(int line, String what) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add("%s:%d: %s".formatted(name, line, what));
    } else if (problems.size() == MOST_PROBLEMS) {
      problems.add("… and more");
    }
  }
}
