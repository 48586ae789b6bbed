package dev.cvmfs.injector.cli;

import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does something again and again, until it is closed. */
final class Periodically implements AutoCloseable {
  private final ScheduledExecutorService thread;
  private final Optional<Future<?>> repeated;

  /**
   * Starts at once, with a pause first.
   *
   * @param seconds between two times; never, if not positive
   */
  Periodically(int seconds, Runnable action) {
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, "periodically");
              daemon.setDaemon(true);
              return daemon;
            });
    this.repeated =
        seconds <= 0
            ? Optional.empty()
            : Optional.of(thread.scheduleAtFixedRate(action, seconds, seconds, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    repeated.ifPresent(future -> future.cancel(false));
    thread.shutdownNow();
  }
}
