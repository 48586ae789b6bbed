package dev.cvmfs.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program to run to its end.
 *
 * @param environment what is added to our own
 * @param directory where it runs; ours if empty
 */
public record Command(
    List<String> arguments, Map<String, String> environment, Optional<Path> directory) {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  public Command {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  public static Command of(String... arguments) {
    return new Command(List.of(arguments), Map.of(), Optional.empty());
  }

  public Command and(String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return new Command(all, environment, directory);
  }

  public Command environment(String name, String value) {
    Map<String, String> all = new HashMap<>(environment);
    all.put(name, value);
    return new Command(arguments, all, directory);
  }

  public Command in(Path newDirectory) {
    return new Command(arguments, environment, Optional.of(newDirectory));
  }

  /**
   * Runs the program with nothing on its standard input.
   *
   * @throws IllegalStateException if it does not end within five minutes; it is killed then
   */
  public CommandResult run() {
    try {
      Path stdout = Files.createTempFile("stdout", ".txt");
      try {
        CommandResult result = runInto(stdout);
        return new CommandResult(arguments, result.exitCode(), read(stdout), result.stderr());
      } finally {
        Files.delete(stdout);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + String.join(" ", arguments), e);
    }
  }

  /**
   * The same, with its standard output in a file and none in the result.
   *
   * @throws IllegalStateException if it does not end within five minutes; it is killed then
   */
  public CommandResult runInto(Path stdout) {
    try {
      Path stderr = Files.createTempFile("stderr", ".txt");
      try {
        Process process =
            builder().redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
        process.getOutputStream().close();
        int exitCode = await(process);
        return new CommandResult(arguments, exitCode, "", read(stderr));
      } finally {
        Files.delete(stderr);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + String.join(" ", arguments), e);
    }
  }

  /** Prepares the program; where its output goes is up to the caller. */
  ProcessBuilder builder() {
    ProcessBuilder builder = new ProcessBuilder(arguments);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    directory.ifPresent(folder -> builder.directory(folder.toFile()));
    return builder;
  }

  private int await(Process process) {
    try {
      if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      process.destroyForcibly();
      throw new IllegalStateException(
          "%s did not end within %s".formatted(String.join(" ", arguments), PATIENCE));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + arguments.get(0), e);
    }
  }

  /** Programs may print any bytes; what is not UTF-8 becomes a replacement character. */
  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
