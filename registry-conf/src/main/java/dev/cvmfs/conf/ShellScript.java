package dev.cvmfs.conf;

import dev.cvmfs.conf.ShellLexer.Literal;
import dev.cvmfs.conf.ShellLexer.Part;
import dev.cvmfs.conf.ShellLexer.Separator;
import dev.cvmfs.conf.ShellLexer.Token;
import dev.cvmfs.conf.ShellLexer.Unknown;
import dev.cvmfs.conf.ShellLexer.Variable;
import dev.cvmfs.conf.ShellLexer.Word;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs one configuration of {@code /etc/cvmfs}, in the small part of the shell's language that
 * those in the field use: assignments, quotes, {@code $NAME}, {@code ${NAME}}, {@code
 * ${NAME:-default}}, {@code if}, {@code elif}, {@code else}, {@code fi}, {@code &&}, {@code ||},
 * {@code !}, tests ({@code =}, {@code ==}, {@code !=}, {@code -z}, {@code -n}), and {@code . file}.
 *
 * <p>Anything else is left out with a warning that names file and line; as a condition it is false.
 * The process's environment is never looked at.
 */
final class ShellScript {
  private static final Set<String> LOOPS = Set.of("for", "while", "until", "case");
  private static final Set<String> ENDS = Set.of("then", "elif", "else", "fi");
  private static final Set<String> CONNECTORS = Set.of(";", "&&", "||");
  private static final Set<String> DECLARATIONS = Set.of("readonly", "export", "eval");

  /** Reads a file that a script names. */
  interface Includer {
    /**
     * Runs the named file in the same scope.
     *
     * @param where the place that names it, for messages
     */
    void include(String name, String where);
  }

  private final String origin;
  private final Deque<Token> tokens;
  private final Map<String, Setting> scope;
  private final Includer includer;
  private final List<String> warnings;
  private final Set<String> mentioned = new LinkedHashSet<>();

  /**
   * @param origin what to call the file in messages
   * @param scope the variables, which the script changes
   */
  ShellScript(
      String script,
      String origin,
      Map<String, Setting> scope,
      Includer includer,
      List<String> warnings) {
    this.origin = origin;
    this.tokens = new ArrayDeque<>(ShellLexer.tokens(script));
    this.scope = scope;
    this.includer = includer;
    this.warnings = warnings;
  }

  /**
   * Runs it.
   *
   * @return the names that it assigns somewhere, be it in a branch that was not taken
   */
  Set<String> run() {
    int line = tokens.getLast().line();
    String end = block(true);
    if (!end.isEmpty()) {
      throw new ConfFailure("%s:%d: a '%s' without its 'if'".formatted(origin, line, end));
    }
    return mentioned;
  }

  /** Runs commands up to a keyword that ends them, which it returns; at the end, nothing. */
  private String block(boolean run) {
    while (true) {
      skipSeparators();
      if (tokens.isEmpty()) {
        return "";
      }
      String keyword = tokens.peek() instanceof Word word ? word.plain() : "";
      if (ENDS.contains(keyword)) {
        tokens.pop();
        return keyword;
      }
      if (keyword.equals("if")) {
        branches(tokens.pop().line(), run);
      } else {
        chain(run);
      }
    }
  }

  private void skipSeparators() {
    while (tokens.peek() instanceof Separator separator && separator.text().equals(";")) {
      tokens.pop();
    }
  }

  private void branches(int line, boolean run) {
    boolean taken = false;
    String keyword = "elif";
    while (keyword.equals("elif")) {
      boolean condition = condition(line, run && !taken);
      keyword = block(run && !taken && condition);
      taken |= condition;
    }
    if (keyword.equals("else")) {
      keyword = block(run && !taken);
    }
    if (!keyword.equals("fi")) {
      throw new ConfFailure("%s:%d: this 'if' has no 'fi'".formatted(origin, line));
    }
  }

  private boolean condition(int line, boolean run) {
    boolean value = false;
    skipSeparators();
    while (tokens.peek() instanceof Word word) {
      if (word.plain().equals("then")) {
        tokens.pop();
        return value;
      }
      value = chain(run);
      skipSeparators();
    }
    throw new ConfFailure("%s:%d: this 'if' has no 'then'".formatted(origin, line));
  }

  /** Commands with {@code &&} and {@code ||} between them. */
  private boolean chain(boolean run) {
    boolean value = command(run);
    while (tokens.peek() instanceof Separator operator && !operator.text().equals(";")) {
      tokens.pop();
      boolean and = operator.text().equals("&&");
      skipSeparators();
      boolean needed = and == value;
      boolean right = command(run && needed);
      value = needed ? right : value;
    }
    return value;
  }

  private void skipLine(boolean run, int line) {
    warn(run, line, "not understood here, ignored: only assignments, tests and '. FILE' are");
    while (!tokens.isEmpty() && tokens.peek().line() <= line) {
      if (tokens.pop() instanceof Separator separator && separator.text().equals(";")) {
        return;
      }
    }
  }

  private boolean command(boolean run) {
    List<Word> words = new ArrayList<>();
    while (tokens.peek() instanceof Word word) {
      words.add(word);
      tokens.pop();
    }
    if (tokens.peek() instanceof Separator end && !CONNECTORS.contains(end.text())) {
      skipLine(run, end.line());
      return false;
    }
    boolean negated = false;
    while (!words.isEmpty() && words.get(0).plain().equals("!")) {
      negated = !negated;
      words.remove(0);
    }
    if (words.isEmpty()) {
      return false;
    }
    return negated != simple(words, run);
  }

  private boolean simple(List<Word> words, boolean run) {
    String name = words.get(0).plain();
    int line = words.get(0).line();
    if (DECLARATIONS.contains(name)
        || words.stream().allMatch(word -> word.assigned().isPresent())) {
      words.forEach(word -> assign(word, run));
      return true;
    }
    switch (name) {
      case "[", "[[", "test" -> {
        return run && test(words, line);
      }
      case ".", "source" -> {
        include(words, line, run);
        return true;
      }
      case ":", "true" -> {
        return true;
      }
      case "false" -> {
        return false;
      }
      default -> {
        if (LOOPS.contains(name)) {
          skipLoop(words, run);
        } else {
          warn(run, line, "not understood here, ignored: only assignments, tests and '. FILE' are");
        }
        return false;
      }
    }
  }

  private void assign(Word word, boolean run) {
    if (word.assigned().isEmpty()) {
      return;
    }
    String name = word.assigned().get();
    mentioned.add(name);
    if (!run) {
      return;
    }
    if (word.parts().stream().anyMatch(Unknown.class::isInstance)) {
      warn(true, word.line(), name + ": its value would need a real shell; ignored");
      return;
    }
    scope.put(name, new Setting(name, expand(word), origin, word.line()));
  }

  private String expand(Word word) {
    StringBuilder text = new StringBuilder();
    for (Part part : word.parts()) {
      if (part instanceof Literal literal) {
        text.append(literal.text());
      } else if (part instanceof Variable variable) {
        text.append(value(variable, word.line()));
      }
    }
    return text.toString();
  }

  private String value(Variable variable, int line) {
    Setting setting = scope.get(variable.name());
    if (setting != null && !setting.value().isEmpty()) {
      return setting.value();
    }
    if (setting == null && variable.otherwise().isEmpty() && !isOurs(variable.name())) {
      warn(
          true,
          line,
          "$%s is not set in any configuration (the environment is not looked at); taken for empty"
              .formatted(variable.name()));
    }
    return variable.otherwise();
  }

  private static boolean isOurs(String name) {
    return name.startsWith("CVMFS_");
  }

  /** Also decides what {@code [} decides, for {@code test} and {@code [[}. */
  private boolean test(List<Word> words, int line) {
    List<Word> operands = new ArrayList<>(words.subList(1, words.size()));
    if (!words.get(0).plain().equals("test") && !operands.isEmpty()) {
      operands.remove(operands.size() - 1);
    }
    boolean negated = false;
    while (operands.size() > 1 && operands.get(0).plain().equals("!")) {
      negated = !negated;
      operands.remove(0);
    }
    boolean unknown =
        operands.stream()
            .flatMap(word -> word.parts().stream())
            .anyMatch(Unknown.class::isInstance);
    if (!unknown) {
      // NAME=x among the operands is a text like any other.
      List<String> texts =
          operands.stream()
              .map(word -> word.assigned().map(name -> name + "=").orElse("") + expand(word))
              .toList();
      Optional<Boolean> outcome = outcome(texts);
      if (outcome.isPresent()) {
        return negated != outcome.get();
      }
    }
    warn(true, line, "this test is not understood here, and taken for false");
    return false;
  }

  private static Optional<Boolean> outcome(List<String> texts) {
    if (texts.size() == 1) {
      return Optional.of(!texts.get(0).isEmpty());
    }
    if (texts.size() == 2) {
      boolean empty = texts.get(1).isEmpty();
      return switch (texts.get(0)) {
        case "-z" -> Optional.of(empty);
        case "-n" -> Optional.of(!empty);
        default -> Optional.empty();
      };
    }
    if (texts.size() == 3) {
      boolean same = texts.get(0).equals(texts.get(2));
      return switch (texts.get(1)) {
        case "=", "==" -> Optional.of(same);
        case "!=" -> Optional.of(!same);
        default -> Optional.empty();
      };
    }
    return Optional.empty();
  }

  private void include(List<Word> words, int line, boolean run) {
    if (!run) {
      return;
    }
    boolean known =
        words.size() == 2 && words.get(1).parts().stream().noneMatch(Unknown.class::isInstance);
    if (known) {
      includer.include(expand(words.get(1)), origin + ":" + line);
    } else {
      warn(true, line, "the file to be read is not understood here; ignored");
    }
  }

  private void skipLoop(List<Word> words, boolean run) {
    int line = words.get(0).line();
    warn(run, line, "'%s' is not understood here; it is left out".formatted(words.get(0).plain()));
    int depth = 1;
    boolean first = true;
    while (!tokens.isEmpty() && depth > 0) {
      Token token = tokens.pop();
      if (token instanceof Word word && first) {
        depth += LOOPS.contains(word.plain()) ? 1 : 0;
        depth -= Set.of("done", "esac").contains(word.plain()) ? 1 : 0;
        // "do" and "then" have the next command behind them.
        first = Set.of("do", "then", "else").contains(word.plain());
      } else {
        first = token instanceof Separator;
      }
    }
    // Its end is that of a command.
    tokens.push(new Separator(";", line));
  }

  private void warn(boolean run, int line, String what) {
    if (run) {
      warnings.add("%s:%d: %s".formatted(origin, line, what));
    }
  }
}
