package dev.cvmfs.injector.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of exports to folders that the original's command line has too. */
class FolderOptions {
  @Option(
      names = {"-j", "--threads"},
      paramLabel = "N",
      description = "How many files are fetched and written at a time (twice the processors).")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = {"-g", "--gc"},
      description = "Remove objects that no file is a link to any more.")
  private boolean garbage;

  /** How many files are worked on at a time, if that is said. */
  final Optional<Integer> threads() {
    return threads;
  }

  /** Whether to remove garbage of any age. */
  final boolean garbage() {
    return garbage;
  }
}
