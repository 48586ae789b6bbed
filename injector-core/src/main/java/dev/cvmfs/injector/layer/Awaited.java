package dev.cvmfs.injector.layer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for what other threads prepare, and fails as they did. */
final class Awaited {
  private Awaited() {}

  /**
   * The result, once it is there.
   *
   * @throws InterruptedIOException if this thread is interrupted meanwhile
   */
  static <T> T result(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException failure) {
        throw failure;
      }
      if (cause instanceof RuntimeException failure) {
        throw failure;
      }
      if (cause instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException("an unexpected failure while preparing objects", cause);
    }
  }

  /** What to throw for an {@code InterruptedException}; the thread stays interrupted. */
  static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while preparing objects");
  }
}
