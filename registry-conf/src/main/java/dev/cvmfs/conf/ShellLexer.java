package dev.cvmfs.conf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a shell script into words and what separates them (POSIX.1, Shell Command Language, "Token
 * Recognition"), as far as configurations of CVMFS need it. What goes beyond is kept as a part of
 * its word that cannot be expanded, so that whoever meets it can say so.
 */
final class ShellLexer {
  private static final String OPERATORS = "&|<>()";

  /** A word or a separator. */
  sealed interface Token {
    /** Where it begins, counted from 1. */
    int line();
  }

  /**
   * A word.
   *
   * @param assigned the name, if the word has the form {@code NAME=…}; its parts are then the value
   */
  record Word(Optional<String> assigned, List<Part> parts, int line) implements Token {
    /** The text of an unquoted word without variables, such as a keyword. */
    String plain() {
      return assigned.isEmpty()
              && parts.size() == 1
              && parts.get(0) instanceof Literal literal
              && !literal.quoted()
          ? literal.text()
          : "";
    }
  }

  /** The end of a command: a line's end or a semicolon as {@code ;}, or an operator as it is. */
  record Separator(String text, int line) implements Token {}

  /** A piece of a word. */
  sealed interface Part {}

  /** Text that stands for itself. */
  record Literal(String text, boolean quoted) implements Part {}

  /** {@code $NAME}, {@code ${NAME}} or {@code ${NAME:-otherwise}}. */
  record Variable(String name, String otherwise) implements Part {}

  /** Something that only a real shell could expand. */
  record Unknown(String text) implements Part {}

  private final String script;
  private final List<Token> tokens = new ArrayList<>();
  private List<Part> parts = new ArrayList<>();
  private final StringBuilder literal = new StringBuilder();
  private Optional<String> assigned = Optional.empty();
  private boolean inWord;
  private int wordLine = 1;
  private int line = 1;
  private int at;

  private ShellLexer(String script) {
    this.script = script;
  }

  static List<Token> tokens(String script) {
    ShellLexer lexer = new ShellLexer(script);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < script.length()) {
      char c = script.charAt(at);
      if (script.startsWith("\\\n", at)) {
        // The line goes on, and so does a word, if one has begun.
        skipTo(at + 2);
      } else if (c == '\n' || c == ';') {
        endWord();
        tokens.add(new Separator(";", line));
        advance();
      } else if (Character.isWhitespace(c)) {
        endWord();
        advance();
      } else if (c == '#' && !inWord) {
        while (at < script.length() && script.charAt(at) != '\n') {
          at++;
        }
      } else if (OPERATORS.indexOf(c) >= 0) {
        endWord();
        operator(c);
      } else {
        beginWord();
        wordCharacter(c);
      }
    }
    endWord();
    tokens.add(new Separator(";", line));
  }

  private void operator(char c) {
    boolean twice = at + 1 < script.length() && script.charAt(at + 1) == c;
    tokens.add(new Separator(twice ? "" + c + c : "" + c, line));
    at += twice ? 2 : 1;
  }

  private void beginWord() {
    if (!inWord) {
      inWord = true;
      wordLine = line;
    }
  }

  private void wordCharacter(char c) {
    switch (c) {
      case '\'' -> singleQuotes();
      case '"' -> doubleQuotes();
      case '\\' -> backslash();
      case '$' -> dollar();
      case '`' -> {
        endLiteral(false);
        unknown(at, script.indexOf('`', at + 1));
      }
      case '=' -> equals();
      default -> {
        literal.append(c);
        advance();
      }
    }
  }

  private void equals() {
    boolean named = assigned.isEmpty() && parts.isEmpty() && isName(literal.toString());
    if (named) {
      assigned = Optional.of(literal.toString());
      literal.setLength(0);
    } else {
      literal.append('=');
    }
    advance();
  }

  static boolean isName(String text) {
    return text.matches("[A-Za-z_][A-Za-z0-9_]*");
  }

  private void singleQuotes() {
    endLiteral(false);
    advance();
    while (at < script.length() && script.charAt(at) != '\'') {
      literal.append(script.charAt(at));
      advance();
    }
    closeQuote();
  }

  private void doubleQuotes() {
    endLiteral(false);
    advance();
    while (at < script.length() && script.charAt(at) != '"') {
      char c = script.charAt(at);
      boolean escape =
          c == '\\' && at + 1 < script.length() && "$`\"\\\n".indexOf(script.charAt(at + 1)) >= 0;
      if (escape) {
        advance();
        if (script.charAt(at) != '\n') {
          literal.append(script.charAt(at));
        }
        advance();
      } else if (c == '$') {
        endLiteral(true);
        dollar();
      } else if (c == '`') {
        endLiteral(true);
        unknown(at, script.indexOf('`', at + 1));
      } else {
        literal.append(c);
        advance();
      }
    }
    closeQuote();
  }

  /** Even an empty quoted text makes a word. */
  private void closeQuote() {
    parts.add(new Literal(literal.toString(), true));
    literal.setLength(0);
    if (at == script.length()) {
      parts.add(new Unknown("a quote that is not closed"));
    } else {
      advance();
    }
  }

  private void backslash() {
    advance();
    if (at < script.length()) {
      endLiteral(false);
      parts.add(new Literal(String.valueOf(script.charAt(at)), true));
      advance();
    }
  }

  private void dollar() {
    endLiteral(false);
    int start = at + 1;
    int end = start;
    while (end < script.length() && isNameCharacter(script.charAt(end))) {
      end++;
    }
    if (end > start && !Character.isDigit(script.charAt(start))) {
      parts.add(new Variable(script.substring(start, end), ""));
      at = end;
    } else if (script.startsWith("{", start)) {
      braces(start);
    } else if (script.startsWith("(", start)) {
      unknown(at, closing(start));
    } else if (start < script.length() && "$?!#*@-0123456789".indexOf(script.charAt(start)) >= 0) {
      unknown(at, start);
    } else {
      literal.append('$');
      at = start;
    }
  }

  private static boolean isNameCharacter(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || c == '_');
  }

  private void braces(int open) {
    int close = script.indexOf('}', open);
    String[] inside = (close < 0 ? "" : script.substring(open + 1, close)).split(":-", 2);
    boolean plain = inside.length == 1 || inside[1].indexOf('$') < 0;
    if (isName(inside[0]) && plain) {
      parts.add(new Variable(inside[0], inside.length == 1 ? "" : inside[1]));
      skipTo(close + 1);
    } else {
      unknown(open - 1, close);
    }
  }

  private int closing(int open) {
    int depth = 0;
    for (int i = open; i < script.length(); i++) {
      depth += script.charAt(i) == '(' ? 1 : script.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /** Takes everything up to that place (to the end if there is none) as not understood. */
  private void unknown(int start, int last) {
    int end = last < 0 ? script.length() : last + 1;
    parts.add(new Unknown(script.substring(start, Math.min(end, start + 40))));
    skipTo(end);
  }

  private void skipTo(int end) {
    while (at < end) {
      advance();
    }
  }

  private void advance() {
    if (script.charAt(at) == '\n') {
      line++;
    }
    at++;
  }

  private void endLiteral(boolean quoted) {
    if (literal.length() > 0) {
      parts.add(new Literal(literal.toString(), quoted));
      literal.setLength(0);
    }
  }

  private void endWord() {
    endLiteral(false);
    if (inWord) {
      tokens.add(new Word(assigned, List.copyOf(parts), wordLine));
    }
    parts = new ArrayList<>();
    assigned = Optional.empty();
    inWord = false;
  }
}
