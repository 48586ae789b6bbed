package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.injector.ledger.LedgerEntry;
import java.util.List;

/**
 * What was done for one archive.
 *
 * @param target its file, or {@code -} for standard output
 * @param written the archive as it is now
 * @param amounts what is in it
 * @param repositories what it was made from
 * @param bytesFetched from CVMFS
 * @param requests to CVMFS
 * @param seconds the time it took
 */
public record ArchiveReport(
    String target,
    Result result,
    Written written,
    LedgerEntry.Amounts amounts,
    List<Report.Repository> repositories,
    long bytesFetched,
    long requests,
    double seconds) {
  public ArchiveReport {
    repositories = List.copyOf(repositories);
  }

  /** How it ended. */
  public enum Result {
    /** There is a new file. */
    WRITTEN,
    /** The file is what it should be, and has not been touched. */
    UNCHANGED
  }
}
