package dev.cvmfs.injector.spool;

import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for the temporary files of one run. Like the engine's {@link Scratch}, which does the
 * work, it is locked for as long as it is open, so that any number of processes can share the place
 * and whatever a killed one left is removed by the next.
 */
public final class WorkDirectory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkDirectory.class);

  private final Scratch scratch;
  private int files;

  private WorkDirectory(Scratch scratch) {
    this.scratch = scratch;
  }

  /**
   * Opens a new directory below the given one, and removes those there that nobody uses any more.
   */
  public static WorkDirectory open(Path parent) throws IOException {
    return new WorkDirectory(Scratch.below(parent));
  }

  /** The directory itself, which this process has made. */
  public Path path() {
    return scratch.directory();
  }

  /** The name of a file that does not exist yet. */
  public synchronized Path newFile(String purpose) {
    return scratch.directory().resolve(purpose + "-" + files++);
  }

  @Override
  public void close() {
    try {
      scratch.close();
    } catch (IOException e) {
      // The work may be done and published by now; the next run removes what is left here.
      log.warn("cannot remove temporary files in {}: {}", scratch.directory(), e.toString());
    }
  }
}
