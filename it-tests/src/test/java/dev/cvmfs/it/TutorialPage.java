package dev.cvmfs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A page of the documentation that can be carried out: its code blocks in order. A block is what
 * its first line says: {@code console} for commands after {@code $} with what they print, {@code
 * cron} for a line of a crontab, anything with a name after it for a file of that name. A comment
 * stands for something that happens meanwhile.
 */
record TutorialPage(List<Step> steps) {
  private static final String FENCE = "```";
  private static final String PROMPT = "$ ";
  private static final String COMMENT = "<!-- ";

  /** What whoever follows the page does, or meets. */
  sealed interface Step {}

  /** A file is written. */
  record NewFile(String name, String content) implements Step {}

  /**
   * A command is given.
   *
   * @param output lines that are shown below it, with {@code …} for what differs
   */
  record Shown(String command, List<String> output) implements Step {
    Shown {
      output = List.copyOf(output);
    }

    /** Whether it printed this. */
    boolean matches(String printed) {
      StringBuilder pattern = new StringBuilder();
      for (String line : output) {
        if (line.equals("…")) {
          pattern.append("(?:.*\n)*");
        } else {
          pattern.append(Pattern.quote(line).replace("…", "\\E.*\\Q"));
          pattern.append("\n");
        }
      }
      return Pattern.matches(pattern.toString(), printed);
    }
  }

  /** A line of a crontab, without its times. */
  record CronLine(String command) implements Step {}

  /** Something happens. */
  record Event(String what) implements Step {}

  TutorialPage {
    steps = List.copyOf(steps);
  }

  static TutorialPage read(Path file) throws IOException {
    List<Step> steps = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      if (line.startsWith(COMMENT)) {
        steps.add(new Event(line.substring(COMMENT.length()).replace(" -->", "")));
      } else if (line.startsWith(FENCE)) {
        int end = at + 1;
        while (!lines.get(end).equals(FENCE)) {
          end++;
        }
        addBlock(line.substring(FENCE.length()), lines.subList(at + 1, end), steps);
        at = end;
      }
    }
    return new TutorialPage(steps);
  }

  private static void addBlock(String info, List<String> lines, List<Step> steps) {
    if (info.equals("console")) {
      addCommands(lines, steps);
    } else if (info.equals("cron")) {
      lines.forEach(line -> steps.add(new CronLine(line.replaceFirst("^(\\S+ +){5}", ""))));
    } else if (info.contains(" ")) {
      String content = String.join("\n", lines) + "\n";
      steps.add(new NewFile(info.substring(info.indexOf(' ') + 1), content));
    } else {
      throw new IllegalArgumentException("nobody would know what this is for: ```" + info);
    }
  }

  private static void addCommands(List<String> lines, List<Step> steps) {
    int at = 0;
    while (at < lines.size()) {
      if (!lines.get(at).startsWith(PROMPT)) {
        throw new IllegalArgumentException("what printed this? " + lines.get(at));
      }
      int next = at + 1;
      while (next < lines.size() && !lines.get(next).startsWith(PROMPT)) {
        next++;
      }
      steps.add(new Shown(lines.get(at).substring(PROMPT.length()), lines.subList(at + 1, next)));
      at = next;
    }
  }
}
