package dev.cvmfs.shrinkwrap.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the lines of a specification.
 *
 * <p>A line ends with LF or CR LF; blanks and tabs around it are dropped, so are empty lines and
 * those that begin with {@code #}. What is left is a rule, which {@link RuleSyntax} reads. Names
 * need not be UTF-8, may hold blanks, and lose double and trailing slashes. The original program
 * reads lines the same way, except for CR, which it takes for a part of the name.
 */
final class RuleParser {
  private static final int LONGEST_LINE = 4200;

  /** A byte may take four in quotes. */
  private static final int LONGEST_QUOTED_LINE = 4 * LONGEST_LINE;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final RuleSyntax syntax;
  private final List<Rule> rules = new ArrayList<>();
  private final List<Remark> remarks = new ArrayList<>();
  private int firstCarriageReturn;

  /** What was read; lines that are not rules are among the remarks. */
  record Parsed(List<Rule> rules, List<Remark> remarks) {
    Parsed {
      rules = List.copyOf(rules);
      remarks = List.copyOf(remarks);
    }
  }

  private RuleParser(Reading reading) {
    this.syntax = new RuleSyntax(reading);
  }

  static Parsed parse(byte[] source, Reading reading) {
    RuleParser parser = new RuleParser(reading);
    parser.parse(source);
    return new Parsed(parser.rules, parser.remarks);
  }

  /** Where the first line begins: behind the mark that editors on Windows put into files. */
  static int beginning(byte[] source) {
    boolean marked = source.length >= 3 && Arrays.equals(source, 0, 3, BYTE_ORDER_MARK, 0, 3);
    return marked ? BYTE_ORDER_MARK.length : 0;
  }

  private void parse(byte[] source) {
    int start = beginning(source);
    for (int line = 1; start < source.length; line++) {
      int end = start;
      while (end < source.length && source[end] != '\n') {
        end++;
      }
      if (firstCarriageReturn == 0 && end > start && source[end - 1] == '\r') {
        firstCarriageReturn = line;
      }
      parseLine(trim(source, start, end), line);
      start = end + 1;
    }
    if (firstCarriageReturn > 0) {
      remarks.add(
          new Remark(
              firstCarriageReturn,
              Remark.Kind.CARRIAGE_RETURN,
              "lines end with CR LF, as on Windows; that does no harm here, but the original"
                  + " program finds nothing with such a file"));
    }
  }

  /** A line of the source without what surrounds the rule. */
  static byte[] trim(byte[] source, int from, int to) {
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
    boolean quoted = text.length > 1 && (text[0] == '"' || text[1] == '"');
    if (text.length > (quoted ? LONGEST_QUOTED_LINE : LONGEST_LINE)) {
      problem(line, "the line is longer than any path (%d bytes)".formatted(text.length));
      return;
    }
    try {
      RuleSyntax.Line read = syntax.read(text);
      rules.add(new Rule(read.form(), read.path(), line));
      read.oddity()
          .ifPresent(oddity -> remarks.add(new Remark(line, Remark.Kind.TRAILING_STAR, oddity)));
    } catch (IllegalArgumentException e) {
      problem(line, String.valueOf(e.getMessage()));
    }
  }

  private void problem(int line, String what) {
    remarks.add(new Remark(line, Remark.Kind.SYNTAX, what));
  }
}
