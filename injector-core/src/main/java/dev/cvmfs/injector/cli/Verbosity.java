package dev.cvmfs.injector.cli;

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
   * Sets the level of our own loggers; those of libraries stay where {@code
   * simplelogger.properties} puts them, because at lower levels they write down headers with
   * credentials. Has to come before the first logger is made.
   */
  void configureLogging() {
    System.setProperty("org.slf4j.simpleLogger.log.dev.cvmfs", logLevel);
  }
}
