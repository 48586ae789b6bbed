package dev.cvmfs.injector.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * What the program takes from the outside.
 *
 * @param in standard input
 * @param terminalWidth the columns of the terminal that {@code err} goes to, if it is one
 * @param nanoTime a clock that only ever goes forward, in nanoseconds
 */
public record Surroundings(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    OptionalInt terminalWidth,
    LongSupplier nanoTime) {

  /** Set by the launcher, which can ask the terminal more cheaply than Java can. */
  private static final String COLUMNS = "cvmfs_shrinkwrap.columns";

  private static final int NARROWEST = 40;

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** Surroundings in which nothing comes through standard input. */
  public Surroundings(
      PrintStream out,
      PrintStream err,
      Map<String, String> environment,
      OptionalInt terminalWidth,
      LongSupplier nanoTime) {
    this(InputStream.nullInputStream(), out, err, environment, terminalWidth, nanoTime);
  }

  /** Those of this process. Output is UTF-8 whatever the locale says. */
  public static Surroundings ofProcess() {
    int columns = Integer.getInteger(COLUMNS, 0);
    return new Surroundings(
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        System.getenv(),
        columns >= NARROWEST ? OptionalInt.of(columns) : OptionalInt.empty(),
        System::nanoTime);
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
