package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.RegistryFailure;

/** How far a spool has been written: told by one thread, awaited by another. */
final class Spooled {
  private enum State {
    GROWING,
    COMPLETE,
    NOT_NEEDED,
    GIVEN_UP
  }

  private long bytes;
  private State state = State.GROWING;

  synchronized void grow(long total) {
    bytes = Math.max(bytes, total);
    notifyAll();
  }

  /** It has all that it will ever have. */
  synchronized void complete(long total) {
    bytes = total;
    state = State.COMPLETE;
    notifyAll();
  }

  /** Nobody needs it any more; what is on its way as a whole may arrive. */
  synchronized void stop() {
    state = State.NOT_NEEDED;
    notifyAll();
  }

  /** Nobody wants it any more. */
  synchronized void giveUp() {
    state = State.GIVEN_UP;
    notifyAll();
  }

  synchronized boolean isComplete() {
    return state == State.COMPLETE;
  }

  synchronized boolean isGivenUp() {
    return state == State.GIVEN_UP;
  }

  /** Whether there is no use in sending all of it. */
  synchronized boolean isUnwanted() {
    return state == State.NOT_NEEDED || state == State.GIVEN_UP;
  }

  /**
   * Waits for so many bytes.
   *
   * @return how many there are; fewer only if there will be no more
   */
  synchronized long await(long wanted) {
    while (bytes < wanted && state == State.GROWING) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RegistryFailure.Transport("interrupted while waiting for bytes to upload", e);
      }
    }
    return bytes;
  }

  /**
   * Waits for so many bytes.
   *
   * @return whether they are there, and more may come; not if the spool is complete or given up
   */
  synchronized boolean growsTo(long wanted) {
    return await(wanted) >= wanted && state == State.GROWING;
  }
}
