package dev.cvmfs.injector.image;

import java.util.List;
import java.util.Optional;

/**
 * What containers of an image do and see, as far as it is to be other than what the image says.
 *
 * @param entrypoint the program and its first arguments; if it is another, the command goes, as it
 *     was meant for the one before
 * @param command what follows the entrypoint unless the user gives something else
 * @param environment variables, {@code NAME=VALUE}
 * @param workingDirectory where the program starts
 */
public record RunSettings(
    List<String> entrypoint,
    List<String> command,
    List<String> environment,
    Optional<String> workingDirectory) {
  /** All as the image says. */
  public static final RunSettings NONE =
      new RunSettings(List.of(), List.of(), List.of(), Optional.empty());

  public RunSettings {
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
    environment = List.copyOf(environment);
    for (String variable : environment) {
      if (variable.indexOf('=') < 1) {
        throw new IllegalArgumentException(
            "'%s' is no variable of the environment, which is NAME=VALUE".formatted(variable));
      }
    }
  }
}
