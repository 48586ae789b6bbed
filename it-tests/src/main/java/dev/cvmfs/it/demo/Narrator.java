package dev.cvmfs.it.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Tells the demo's story in lines of at most {@value #WIDTH} columns. */
final class Narrator {
  private static final int WIDTH = 96;
  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintStream out;
  private final boolean colours;

  /**
   * @param colours whether what comes after is a terminal that wants them
   */
  Narrator(PrintStream out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  void heading(String text) {
    out.println();
    out.println(styled(BOLD, text));
  }

  /** Explains in whole sentences. */
  void say(String text) {
    wrap(text, "", "").forEach(out::println);
  }

  /** Shows a command as one would type it. */
  void command(List<String> arguments) {
    out.println();
    wrap("$ " + String.join(" ", arguments), "", "      ", " \\")
        .forEach(line -> out.println(styled(BOLD, line)));
  }

  /** Shows what a program has printed, or what is in a file. */
  void output(String text) {
    text.lines()
        .flatMap(line -> wrap(line, "  ", "      ").stream())
        .forEach(line -> out.println(styled(DIM, line)));
  }

  /** One fact a line. */
  void fact(String text) {
    wrap(text, "  ", "      ").forEach(out::println);
  }

  void blank() {
    out.println();
  }

  private String styled(String style, String line) {
    return colours ? style + line + PLAIN : line;
  }

  private static List<String> wrap(String text, String first, String rest) {
    return wrap(text, first, rest, "");
  }

  /**
   * Breaks after blanks, and before the keys of JSON; what is longer than a line by itself stays
   * whole.
   *
   * @param continued what to put at the end of every line but the last
   */
  private static List<String> wrap(String text, String first, String rest, String continued) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : text.split("(?<= )|(?<=,)(?=\")", -1)) {
      int end = line.length() + word.stripTrailing().length();
      if (!empty && end > WIDTH - continued.length()) {
        lines.add(line.toString().stripTrailing() + continued);
        line = new StringBuilder(rest);
      }
      line.append(word);
      empty &= word.isBlank();
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }
}
