package dev.cvmfs.it;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;

/** A file system in memory of a fixed size, which only root can have, and not everywhere. */
final class SmallDisk implements AutoCloseable {
  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Mounts one; where that is not permitted, the test is skipped, and says so. */
  static SmallDisk mount(Path folder, String size) {
    CommandResult mounted =
        Command.of("mount", "-t", "tmpfs", "-o", "size=" + size, "none", folder.toString()).run();
    if (mounted.exitCode() != 0) {
      String what = "a file system in memory cannot be mounted: " + mounted.stderr();
      System.err.println("SKIPPED, " + what);
      abort(what);
    }
    return new SmallDisk(folder);
  }

  Path folder() {
    return folder;
  }

  void grow(String size) {
    Command.of("mount", "-o", "remount,size=" + size, folder.toString()).run().orThrow();
  }

  void makeReadOnly() {
    Command.of("mount", "-o", "remount,ro", folder.toString()).run().orThrow();
  }

  @Override
  public void close() {
    Command.of("umount", folder.toString()).run().orThrow();
  }
}
