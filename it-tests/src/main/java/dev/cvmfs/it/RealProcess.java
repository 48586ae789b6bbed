package dev.cvmfs.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program, mostly a server, that runs in the foreground of a process that is ours to end. */
public final class RealProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int POLL_MILLIS = 20;

  private final String name;
  private final Process process;
  private final Path output;

  private RealProcess(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  /** Starts a program whose whole output goes to a file. */
  public static RealProcess start(Command command, Path output) {
    try {
      Process process =
          command.builder().redirectErrorStream(true).redirectOutput(output.toFile()).start();
      process.getOutputStream().close();
      return new RealProcess(command.arguments().get(0), process, output);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.arguments(), e);
    }
  }

  /**
   * Waits until something listens on a port of 127.0.0.1.
   *
   * @throws IllegalStateException with the output if the program ends first or takes too long
   */
  public RealProcess awaitPort(int port) {
    await("to listen on port " + port, () -> listens(port));
    return this;
  }

  /**
   * Waits until the output matches somewhere.
   *
   * @throws IllegalStateException with the output if the program ends first or takes too long
   */
  public MatchResult awaitOutput(Pattern pattern) {
    await("to print " + pattern, () -> pattern.matcher(output()).find());
    Matcher matcher = pattern.matcher(output());
    if (!matcher.find()) {
      throw new IllegalStateException("the output of %s was cut".formatted(name));
    }
    return matcher.toMatchResult();
  }

  /** Everything printed so far. */
  public String output() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the output of " + name, e);
    }
  }

  public long pid() {
    return process.pid();
  }

  /**
   * Waits for the program to end by itself.
   *
   * @return its exit code; 128 plus the signal's number if it was killed
   * @throws IllegalStateException with the output if it takes too long
   */
  public int awaitEnd() {
    if (!endsWithin(PATIENCE)) {
      throw new IllegalStateException(
          "%s did not end within %s:%n%s".formatted(name, PATIENCE, output()));
    }
    return process.exitValue();
  }

  /** Kills the process and what it has started (SIGKILL), and does not wait. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Asks the process to end, and ends it if it does not. */
  @Override
  public void close() {
    process.destroy();
    if (!endsWithin(GRACE)) {
      process.destroyForcibly();
      if (!endsWithin(GRACE)) {
        throw new IllegalStateException("%s, pid %d, cannot be ended".formatted(name, pid()));
      }
    }
  }

  private void await(String what, BooleanSupplier ready) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!ready.getAsBoolean()) {
      if (endsWithin(Duration.ofMillis(POLL_MILLIS))) {
        throw new IllegalStateException(
            "%s ended with %d while we waited for it %s:%n%s"
                .formatted(name, process.exitValue(), what, output()));
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "%s took more than %s %s:%n%s".formatted(name, PATIENCE, what, output()));
      }
    }
  }

  private boolean endsWithin(Duration time) {
    try {
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      // Refused or not answered: it is not ready yet.
      return false;
    }
  }
}
