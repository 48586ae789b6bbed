package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.RegistryFailure;

/** How far a spool has been written: told by one thread, awaited by another. */
final class Spooled {
  private long bytes;
  private boolean complete;
  private boolean given;

  synchronized void grow(long total) {
    bytes = Math.max(bytes, total);
    notifyAll();
  }

  /** There will be no more. */
  synchronized void complete() {
    complete = true;
    notifyAll();
  }

  /** Nobody wants it any more. */
  synchronized void giveUp() {
    given = true;
    notifyAll();
  }

  synchronized boolean isGivenUp() {
    return given;
  }

  /**
   * Waits for so many bytes.
   *
   * @return how many there are; fewer only if there will be no more
   */
  synchronized long await(long wanted) {
    while (bytes < wanted && !complete && !given) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RegistryFailure.Transport("interrupted while waiting for bytes to upload", e);
      }
    }
    return bytes;
  }
}
