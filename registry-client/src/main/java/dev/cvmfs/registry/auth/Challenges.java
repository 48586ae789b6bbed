package dev.cvmfs.registry.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Parser of {@code WWW-Authenticate} fields (RFC 9110 §11.6.1), as registries write them: several
 * challenges in one field or in several, names in any case, values bare or quoted, with commas and
 * escapes in quotes.
 *
 * <pre>
 * field     = challenge *( "," challenge )
 * challenge = scheme [ SP ( token68 / parameter *( "," parameter ) ) ]
 * parameter = name "=" ( bare / quoted )
 * </pre>
 *
 * A word followed by {@code =} is a parameter of the challenge before it; any other word begins a
 * new challenge.
 */
final class Challenges {
  private final String text;
  private final List<Challenge> found = new ArrayList<>();
  private int position;
  private String scheme = "";
  private Map<String, String> parameters = new LinkedHashMap<>();

  private Challenges(String text) {
    this.text = text;
  }

  /** All challenges, in order. What cannot be read is skipped: another one may be readable. */
  static List<Challenge> parse(List<String> fields) {
    List<Challenge> all = new ArrayList<>();
    fields.forEach(field -> all.addAll(new Challenges(field).parse()));
    return all;
  }

  private List<Challenge> parse() {
    while (true) {
      skip(" \t,");
      if (position >= text.length()) {
        finishChallenge();
        return found;
      }
      String word = word();
      int afterWord = position;
      skip(" \t");
      if (word.isEmpty()) {
        position++;
      } else if (isParameter()) {
        position++;
        skip(" \t");
        parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
      } else {
        position = afterWord;
        finishChallenge();
        scheme = word;
      }
    }
  }

  /** An equals sign that has a value after it; those that pad a token68 have none. */
  private boolean isParameter() {
    if (scheme.isEmpty() || position >= text.length() || text.charAt(position) != '=') {
      return false;
    }
    int next = position + 1;
    return next < text.length() && text.charAt(next) != '=' && text.charAt(next) != ',';
  }

  private void finishChallenge() {
    if (!scheme.isEmpty()) {
      found.add(new Challenge(scheme, parameters));
    }
    scheme = "";
    parameters = new LinkedHashMap<>();
  }

  private String word() {
    int start = position;
    while (position < text.length() && " \t,=\"".indexOf(text.charAt(position)) < 0) {
      position++;
    }
    return text.substring(start, position);
  }

  private String value() {
    if (position < text.length() && text.charAt(position) == '"') {
      return quoted();
    }
    int start = position;
    while (position < text.length() && " \t,".indexOf(text.charAt(position)) < 0) {
      position++;
    }
    return text.substring(start, position);
  }

  private String quoted() {
    StringBuilder value = new StringBuilder();
    for (position++; position < text.length() && text.charAt(position) != '"'; position++) {
      if (text.charAt(position) == '\\' && position + 1 < text.length()) {
        position++;
      }
      value.append(text.charAt(position));
    }
    position++;
    return value.toString();
  }

  private void skip(String characters) {
    while (position < text.length() && characters.indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }
}
