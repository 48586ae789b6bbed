package dev.cvmfs.injector.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds where things stand in a JSON text (RFC 8259) that a strict parser has accepted already;
 * that is why nothing is checked here.
 */
final class JsonText {
  private final String text;

  JsonText(String text) {
    this.text = text;
  }

  /**
   * One member of an object, or one element of an array; offsets count characters from the start of
   * the text.
   *
   * @param start first character: the key's opening quote, or the element's first
   * @param keyEnd just after the key's closing quote; for an element the same as {@code start}
   * @param valueStart first character of the value
   * @param end just after the value
   */
  record Child(int start, int keyEnd, int valueStart, int end) {}

  /** The offset at which the document's only value starts. */
  int root() {
    return skipBlanks(0);
  }

  /** What the object or array that starts at the offset consists of, in order. */
  List<Child> children(int container) {
    boolean isObject = text.charAt(container) == '{';
    List<Child> children = new ArrayList<>();
    int at = skipBlanks(container + 1);
    while (text.charAt(at) != '}' && text.charAt(at) != ']') {
      int keyEnd = isObject ? endOfString(at) : at;
      int valueStart = isObject ? skipBlanks(skipBlanks(keyEnd) + 1) : at;
      int end = endOfValue(valueStart);
      children.add(new Child(at, keyEnd, valueStart, end));
      at = skipBlanks(end);
      if (text.charAt(at) == ',') {
        at = skipBlanks(at + 1);
      }
    }
    return children;
  }

  /** The white space that stands just before the offset. */
  String blanksBefore(int offset) {
    int from = offset;
    while (from > 0 && isBlank(text.charAt(from - 1))) {
      from--;
    }
    return text.substring(from, offset);
  }

  private int endOfValue(int start) {
    char first = text.charAt(start);
    if (first == '"') {
      return endOfString(start);
    }
    if (first == '{' || first == '[') {
      return endOfContainer(start);
    }
    int end = start;
    while (end < text.length()
        && ",]}".indexOf(text.charAt(end)) < 0
        && !isBlank(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private int endOfContainer(int start) {
    int depth = 0;
    int at = start;
    do {
      switch (text.charAt(at)) {
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case '"' -> at = endOfString(at) - 1;
        default -> {
          // Commas, colons, blanks, numbers and literals neither open nor close anything.
        }
      }
      at++;
    } while (depth > 0);
    return at;
  }

  private int endOfString(int start) {
    int at = start + 1;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private int skipBlanks(int from) {
    int at = from;
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }
}
