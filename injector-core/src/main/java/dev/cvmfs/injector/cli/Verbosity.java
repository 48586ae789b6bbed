package dev.cvmfs.injector.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** How much the program tells. */
enum Verbosity {
  /** Warnings and errors alone. */
  QUIET("error"),
  /** The story, and a progress bar on a terminal. */
  NORMAL("warn"),
  /** The story and what goes on behind it. */
  VERBOSE("info"),
  /** Everything, with stack traces. */
  DEBUG("debug");

  private final String logLevel;

  Verbosity(String logLevel) {
    this.logLevel = logLevel;
  }

  /**
   * What {@code -q} and a number of {@code -v} ask for.
   *
   * @throws ParameterException if both are given
   */
  static Verbosity of(boolean quiet, int verbose, CommandLine command) {
    if (quiet && verbose > 0) {
      throw new ParameterException(command, "--quiet and --verbose do not go together");
    }
    if (quiet) {
      return QUIET;
    }
    return switch (verbose) {
      case 0 -> NORMAL;
      case 1 -> VERBOSE;
      default -> DEBUG;
    };
  }

  /**
   * Sets the level of our own loggers; those of libraries stay where {@code
   * simplelogger.properties} puts them, because at lower levels they write down headers with
   * credentials. Has to come before the first logger is made.
   */
  void configureLogging() {
    System.setProperty("org.slf4j.simpleLogger.log.dev.cvmfs", logLevel);
  }
}
