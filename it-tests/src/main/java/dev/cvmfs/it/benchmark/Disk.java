package dev.cvmfs.it.benchmark;

import dev.cvmfs.it.Command;
import java.util.concurrent.TimeUnit;

/** Sees to it that nobody pays for what others did to the disk before. */
final class Disk {
  /**
   * For a minute ext4 gives out no inode that was freed, and passes over each of them for every
   * file it makes: who makes many files after many were deleted waits for that.
   */
  private static final int SECONDS_TO_FORGET = 65;

  private Disk() {}

  /** Has everything written that was only promised to be. */
  static void settle() {
    Command.of("sync").run().orThrow();
  }

  /** After many files were deleted. */
  static void forget() throws InterruptedException {
    settle();
    TimeUnit.SECONDS.sleep(SECONDS_TO_FORGET);
  }
}
