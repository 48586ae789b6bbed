package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.injector.inject.ProgressListener;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Tells the story on a console: a line a step; for each flow of bytes a bar while it runs, if there
 * is a terminal, and a line when it has ended. Of several flows at a time the first has the bar.
 */
final class ConsoleProgress implements ProgressListener {
  private final Console console;
  private final Verbosity verbosity;
  private final OptionalInt barWidth;
  private final LongSupplier nanoTime;
  private final AtomicBoolean barTaken = new AtomicBoolean();

  /**
   * A story for this console.
   *
   * @param barWidth columns for a progress bar; empty for none
   */
  ConsoleProgress(
      Console console, Verbosity verbosity, OptionalInt barWidth, LongSupplier nanoTime) {
    this.console = console;
    this.verbosity = verbosity;
    this.barWidth = barWidth;
    this.nanoTime = nanoTime;
  }

  @Override
  public void step(String line) {
    if (verbosity != Verbosity.QUIET) {
      console.line(line);
    }
  }

  @Override
  public void warning(String line) {
    console.problem("warning: " + line);
  }

  @Override
  public Task task(String name, long totalBytes) {
    boolean withBar = barWidth.isPresent() && barTaken.compareAndSet(false, true);
    Optional<Bar> bar =
        withBar
            ? Optional.of(new Bar(console, name, totalBytes, barWidth.getAsInt()))
            : Optional.empty();
    return new TimedTask(name, bar);
  }

  private final class TimedTask implements Task {
    private final String name;
    private final Optional<Bar> bar;
    private final long start = nanoTime.getAsLong();
    private final AtomicLong total = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    TimedTask(String name, Optional<Bar> bar) {
      this.name = name;
      this.bar = bar;
    }

    @Override
    public void advance(long bytes) {
      total.addAndGet(bytes);
      bar.ifPresent(b -> b.advance(bytes));
    }

    @Override
    public void close() {
      if (!closed.compareAndSet(false, true)) {
        return;
      }
      if (bar.isPresent()) {
        bar.get().close();
        barTaken.set(false);
      }
      long bytes = total.get();
      if (bytes > 0) {
        double seconds = (nanoTime.getAsLong() - start) / 1e9;
        step(
            "  %s: %s in %s (%s)"
                .formatted(
                    name,
                    Amounts.bytes(bytes),
                    Amounts.seconds(seconds),
                    Amounts.rate(bytes, seconds)));
      }
    }
  }
}
