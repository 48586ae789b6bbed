package dev.cvmfs.it;

import java.util.List;

/** What a program that has ended left behind; its output read as UTF-8. */
public record CommandResult(List<String> command, int exitCode, String stdout, String stderr) {

  public CommandResult {
    command = List.copyOf(command);
  }

  /**
   * This result if the program succeeded.
   *
   * @throws IllegalStateException with all its output if it did not
   */
  public CommandResult orThrow() {
    if (exitCode != 0) {
      throw new IllegalStateException(
          "%s ended with %d%n%s%s".formatted(String.join(" ", command), exitCode, stdout, stderr));
    }
    return this;
  }
}
