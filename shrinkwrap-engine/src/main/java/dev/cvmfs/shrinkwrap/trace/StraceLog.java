package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Logs of {@code strace}, best of {@code strace -f -y}: with {@code -f} each line begins with a
 * process; with {@code -y} file descriptors are followed by their paths in angle brackets, which
 * tells what relative paths are relative to, and where symbolic links led. Calls that take no
 * descriptor are relative to the process's current directory, which it has from its parent, or has
 * changed to; a {@code chdir} without a process at the beginning tells where the first one started.
 * Calls that failed do not count.
 */
final class StraceLog {
  private static final Pattern LINE =
      Pattern.compile(
          "(?:\\[pid +(\\d+)\\] |(\\d+) +)?(?:[0-9:.]+ +)?(?:\\([+ 0-9.]+\\) +)?(\\w+)\\((.*)",
          Pattern.DOTALL);
  private static final Pattern RESUMED =
      Pattern.compile(
          "(?:\\[pid +(\\d+)\\] |(\\d+) +)?(?:[0-9:.]+ +)?<\\.\\.\\. (\\w+) resumed>(.*)",
          Pattern.DOTALL);
  private static final Pattern END =
      Pattern.compile(
          "(?:\\[pid +(\\d+)\\] |(\\d+) +)(?:[0-9:.]+ +)?\\+\\+\\+ (?:exited|killed) .*");
  private static final Pattern CHILD = Pattern.compile("[1-9][0-9]*");
  private static final String UNFINISHED = " <unfinished ...>";
  private static final int MOST_UNFINISHED = 10_000;

  private static final Set<String> OPENING =
      Set.of("open", "openat", "openat2", "execve", "execveat", "uselib");
  private static final Set<String> LISTING = Set.of("getdents", "getdents64");
  private static final Set<String> LOOKING =
      Set.of(
          "stat",
          "lstat",
          "stat64",
          "lstat64",
          "newfstatat",
          "fstatat64",
          "statx",
          "access",
          "faccessat",
          "faccessat2",
          "readlink",
          "readlinkat",
          "chdir",
          "getxattr",
          "lgetxattr",
          "listxattr",
          "llistxattr",
          "statfs",
          "statfs64",
          "inotify_add_watch",
          "name_to_handle_at");

  /** Calls that start a process, and return its number to the one that made it. */
  private static final Set<String> STARTING = Set.of("clone", "clone2", "clone3", "fork", "vfork");

  private static final String CHANGING_BY_DESCRIPTOR = "fchdir";
  private static final String NO_PROCESS = "";

  private final Set<String> filtered;
  private final TraceSink sink;
  private final Map<String, String> unfinished = new HashMap<>();
  private final Map<String, byte[]> directories = new HashMap<>();

  StraceLog(Set<String> filtered, TraceSink sink) {
    this.filtered = filtered;
    this.sink = sink;
  }

  void read(Records lines) throws IOException {
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      // One character a byte; strace escapes what is not ASCII anyway.
      take(new String(line.get(), StandardCharsets.ISO_8859_1));
    }
  }

  private void take(String line) {
    Matcher resumed = RESUMED.matcher(line);
    if (resumed.matches()) {
      String process = process(resumed);
      String beginning = unfinished.remove(process + resumed.group(3));
      if (beginning != null) {
        call(process, String.valueOf(resumed.group(3)), beginning + resumed.group(4));
      }
      return;
    }
    Matcher call = LINE.matcher(line);
    if (!call.matches()) {
      Matcher end = END.matcher(line);
      if (end.matches()) {
        // Its number may be given to another one.
        directories.remove(process(end));
      }
      return;
    }
    String name = String.valueOf(call.group(3));
    String rest = String.valueOf(call.group(4));
    if (!rest.endsWith(UNFINISHED)) {
      call(process(call), name, rest);
    } else if (unfinished.size() < MOST_UNFINISHED) {
      unfinished.put(process(call) + name, rest.substring(0, rest.length() - UNFINISHED.length()));
    }
  }

  private static String process(Matcher line) {
    String bracketed = line.group(1);
    String bare = line.group(2);
    return bracketed != null ? bracketed : bare != null ? bare : NO_PROCESS;
  }

  /**
   * One whole call.
   *
   * @param rest what follows the opening parenthesis, its result included
   */
  private void call(String process, String name, String rest) {
    boolean opening = OPENING.contains(name);
    boolean listing = LISTING.contains(name);
    if (STARTING.contains(name) || name.equals(CHANGING_BY_DESCRIPTOR)) {
      moved(process, name, rest);
      return;
    }
    if (!opening && !listing && !LOOKING.contains(name)) {
      return;
    }
    if (filtered.contains(name)) {
      sink.skipped(Skipped.FILTERED);
      return;
    }
    String result = result(rest);
    if (result.isEmpty() || result.startsWith("?")) {
      sink.skipped(Skipped.MALFORMED);
    } else if (result.startsWith("-")) {
      sink.skipped(Skipped.NOT_FOUND);
    } else if (listing) {
      annotation(rest, 0).ifPresent(path -> sink.used(path, false, Use.LISTED));
    } else {
      withPath(process, name, rest, result, opening);
    }
  }

  /** A call after which a process has another current directory. */
  private void moved(String process, String name, String rest) {
    String result = result(rest);
    if (name.equals(CHANGING_BY_DESCRIPTOR)) {
      if (result.startsWith("0")) {
        annotation(rest, 0).ifPresent(directory -> directories.put(process, directory));
      }
      return;
    }
    Matcher child = CHILD.matcher(result);
    if (child.lookingAt()) {
      // If the child was faster it may have left already.
      directory(process)
          .ifPresent(
              directory -> directories.putIfAbsent(String.valueOf(child.group()), directory));
    }
  }

  /** The current directory of a process: its own, its parent's, or where the log began. */
  private Optional<byte[]> directory(String process) {
    if (directories.containsKey(process)) {
      return Optional.ofNullable(directories.get(process));
    }
    // A child may be seen before the call that started it returns.
    List<String> starting =
        unfinished.keySet().stream()
            .filter(call -> STARTING.contains(call.replaceFirst("^[0-9]+", "")))
            .map(call -> call.replaceFirst("[a-z].*", ""))
            .filter(parent -> !parent.equals(process) && directories.containsKey(parent))
            .toList();
    String from = starting.size() == 1 ? starting.get(0) : NO_PROCESS;
    return Optional.ofNullable(directories.get(from));
  }

  private static String result(String rest) {
    int equals = rest.lastIndexOf(") = ");
    return equals < 0 ? resultWithBlanks(rest) : rest.substring(equals + 4);
  }

  /** Results stand in a column of their own, where there is room. */
  private static String resultWithBlanks(String rest) {
    int equals = rest.lastIndexOf(" = ");
    return equals > 0 && rest.substring(0, equals).stripTrailing().endsWith(")")
        ? rest.substring(equals + 3)
        : "";
  }

  private void withPath(String process, String name, String rest, String result, boolean opening) {
    int quote = rest.indexOf('"');
    if (quote < 0) {
      sink.skipped(Skipped.MALFORMED);
      return;
    }
    Optional<Quoted> quoted = unquote(rest, quote + 1, '"');
    if (quoted.isEmpty() || rest.startsWith("...", quoted.get().end())) {
      sink.skipped(Skipped.MALFORMED);
      return;
    }
    byte[] path = quoted.get().text().bytes();
    if (path.length == 0) {
      // About a file that was opened before, which the descriptor stands for.
      return;
    }
    Optional<byte[]> absolute = absolute(process, path, rest.substring(0, quote));
    if (absolute.isEmpty()) {
      sink.skipped(Skipped.RELATIVE);
      return;
    }
    if (name.equals("chdir")) {
      directories.put(process, absolute.get());
    }
    Use use = opening ? use(rest.substring(quoted.get().end())) : Use.LOOKED_AT;
    sink.used(absolute.get(), false, use);
    // Where the links on the way led.
    annotation(result, 0).ifPresent(real -> sink.used(real, false, use));
  }

  private static Use use(String flags) {
    if (flags.contains("O_PATH")) {
      return Use.LOOKED_AT;
    }
    return flags.contains("O_DIRECTORY") ? Use.LISTED : Use.OPENED;
  }

  private Optional<byte[]> absolute(String process, byte[] path, String before) {
    if (path.length > 0 && path[0] == '/') {
      return Optional.of(path);
    }
    Optional<byte[]> base = annotation(before, 0);
    if (base.isEmpty() && (before.isEmpty() || before.startsWith("AT_FDCWD"))) {
      base = directory(process);
    }
    return base.map(directory -> TreePath.joined(directory, path));
  }

  /** The path in angle brackets behind the file descriptor that a text begins with. */
  private static Optional<byte[]> annotation(String text, int from) {
    int bracket = from;
    while (bracket < text.length()
        && (Character.isLetterOrDigit(text.charAt(bracket)) || text.charAt(bracket) == '_')) {
      bracket++;
    }
    if (bracket >= text.length() - 1
        || text.charAt(bracket) != '<'
        || text.charAt(bracket + 1) != '/') {
      return Optional.empty();
    }
    return unquote(text, bracket + 1, '>').map(quoted -> quoted.text().bytes());
  }

  /**
   * Text without its escapes.
   *
   * @param end index after the closing quote
   */
  private record Quoted(ByteString text, int end) {}

  private static Optional<Quoted> unquote(String text, int from, char close) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int at = from;
    while (at < text.length() && text.charAt(at) != close) {
      char c = text.charAt(at);
      at++;
      if (c != '\\' || at == text.length()) {
        bytes.write(c);
      } else if (isOctal(text.charAt(at))) {
        int value = 0;
        for (int digits = 0;
            digits < 3 && at < text.length() && isOctal(text.charAt(at));
            digits++) {
          value = value * 8 + text.charAt(at) - '0';
          at++;
        }
        bytes.write(value);
      } else if (text.charAt(at) == 'x' && at + 2 < text.length()) {
        bytes.write(
            Character.digit(text.charAt(at + 1), 16) * 16
                + Character.digit(text.charAt(at + 2), 16));
        at += 3;
      } else {
        bytes.write(escaped(text.charAt(at)));
        at++;
      }
    }
    return at < text.length()
        ? Optional.of(new Quoted(ByteString.of(bytes.toByteArray()), at + 1))
        : Optional.empty();
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }

  private static int escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'v' -> 0x0b;
      case 'f' -> '\f';
      case 'a' -> 0x07;
      case 'b' -> '\b';
      case 'e' -> 0x1b;
      default -> c;
    };
  }
}
