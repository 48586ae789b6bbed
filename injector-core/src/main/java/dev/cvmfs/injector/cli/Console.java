package dev.cvmfs.injector.cli;

import java.io.PrintStream;

/**
 * Lines for people, and one line at the bottom of the terminal that is drawn again and again. Safe
 * for use by several threads.
 */
final class Console {
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream story;
  private final PrintStream errors;
  private boolean drawn;

  /** Tells the story on one stream, and warnings, errors and the moving line on the other. */
  Console(PrintStream story, PrintStream errors) {
    this.story = story;
    this.errors = errors;
  }

  synchronized void line(String text) {
    erase();
    story.println(text);
  }

  /** A warning or an error; every line after the first is indented. */
  synchronized void problem(String text) {
    erase();
    errors.println(ProgramVersion.PROGRAM + ": " + text.stripTrailing().replace("\n", "\n    "));
  }

  /** Draws the moving line, in place of what it showed before. */
  synchronized void draw(String text) {
    errors.print(ERASE_LINE + text);
    errors.flush();
    drawn = true;
  }

  /** Takes the moving line away. */
  synchronized void erase() {
    if (drawn) {
      errors.print(ERASE_LINE);
      errors.flush();
      drawn = false;
    }
  }
}
