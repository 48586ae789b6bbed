package dev.cvmfs.conf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code KEY=VALUE} lines the way CVMFS's built-in parser does ({@code SimpleOptionsParser}
 * in CernVM-FS's options.cc):
 *
 * <ol>
 *   <li>The line is cut at the first {@code #}, even inside quotes, and trimmed.
 *   <li>What stands before the first {@code =} is the name, without leading {@code readonly},
 *       {@code export} or {@code eval}; lines without {@code =}, and names with a blank, are
 *       ignored, which drops most shell code.
 *   <li>What stands after it is the value, trimmed, without one pair of matching quotes. Nothing is
 *       expanded.
 *   <li>The last assignment of a name wins, also where it stands in the other branch of an {@code
 *       if}.
 * </ol>
 *
 * <p>Unlike there, {@code ""} is the empty string, and CR LF and a byte order mark do no harm.
 * Whatever is likely not to mean what was meant is warned about; no warning shows a value, because
 * it may be a secret.
 *
 * <p>This is how files named by the user are read, as by CVMFS's own shrinkwrap; those of {@code
 * /etc/cvmfs} are run, as by its FUSE client: see {@link SystemConf}.
 */
public final class ConfParser {
  private static final List<String> DECLARATIONS = List.of("readonly", "export", "eval");

  private final String origin;
  private final List<Setting> settings = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, Setting> last = new HashMap<>();

  private ConfParser(String origin) {
    this.origin = origin;
  }

  /**
   * Reads a file's contents.
   *
   * @param origin what to call the file in messages; relative paths in it start at its folder
   * @throws ConfFailure if this is not text
   */
  public static Conf parse(byte[] bytes, String origin) {
    ConfParser parser = new ConfParser(origin);
    String text = ConfText.decode(bytes, origin, parser.warnings);
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      parser.parseLine(line, number);
    }
    return Conf.of(parser.settings, parser.warnings);
  }

  private void parseLine(String line, int number) {
    int comment = line.indexOf('#');
    String code = (comment < 0 ? line : line.substring(0, comment)).strip();
    if (code.isEmpty()) {
      return;
    }
    int equals = code.indexOf('=');
    String name = withoutDeclarations((equals < 0 ? code : code.substring(0, equals)).strip());
    String firstWord = name.split("\\s", 2)[0];
    if (equals < 0 || name.isEmpty() || name.length() > firstWord.length()) {
      ignore(firstWord, number);
      return;
    }
    Setting setting =
        new Setting(
            name, value(name, code.substring(equals + 1).strip(), line, number), origin, number);
    Setting earlier = last.put(name, setting);
    if (earlier != null && !earlier.value().equals(setting.value())) {
      warn(
          number,
          "%s is set again (before in line %d); this one wins".formatted(name, earlier.line()));
    }
    settings.add(setting);
  }

  private static String withoutDeclarations(String name) {
    String rest = name;
    for (boolean found = true; found; ) {
      found = false;
      for (String declaration : DECLARATIONS) {
        String[] words = rest.split("\\s+", 2);
        if (words.length == 2 && words[0].equals(declaration)) {
          rest = words[1];
          found = true;
        }
      }
    }
    return rest;
  }

  private void ignore(String firstWord, int number) {
    switch (firstWord) {
      case "if", "elif", "else", "fi", "then", "[", "case", "esac", "for", "do", "done", "while" ->
          warn(number, "shell code is not run, and every assignment in it counts; line ignored");
      case ".", "source" ->
          warn(number, "other files are read with CVMFS_CONFIG=FILE[:FILE...]; line ignored");
      default -> warn(number, "not a setting (KEY=VALUE); line ignored");
    }
  }

  private String value(String name, String raw, String line, int number) {
    boolean opens = raw.startsWith("\"") || raw.startsWith("'");
    boolean quoted = opens && raw.length() >= 2 && raw.endsWith(raw.substring(0, 1));
    if (opens && !quoted) {
      warn(
          number,
          line.indexOf('#') >= 0
              ? name + ": a # starts a comment even inside quotes"
              : name + ": the quotes do not match, and are taken as a part of the value");
    }
    String value = quoted ? raw.substring(1, raw.length() - 1) : raw;
    boolean literal = raw.startsWith("'");
    if (!literal && value.matches(".*\\$[A-Za-z_{].*")) {
      warn(number, name + ": variables are not expanded; the value keeps the $");
    }
    if (value.startsWith("~/")) {
      warn(number, name + ": ~ is not expanded; write the whole path");
    }
    return value;
  }

  private void warn(int number, String what) {
    warnings.add("%s:%d: %s".formatted(origin, number, what));
  }
}
