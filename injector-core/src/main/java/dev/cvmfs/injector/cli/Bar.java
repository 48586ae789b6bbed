package dev.cvmfs.injector.cli;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on the console's moving line. */
final class Bar implements AutoCloseable {
  private static final int REFRESH_MILLISECONDS = 150;
  private static final long MEGABYTE = 1_000_000;

  private final ProgressBar bar;

  Bar(Console console, String name, long totalBytes, int width) {
    boolean large = totalBytes < 0 || totalBytes >= 10 * MEGABYTE;
    this.bar =
        new ProgressBarBuilder()
            .setTaskName("  " + name)
            .setInitialMax(totalBytes)
            .setUnit(large ? " MB" : " kB", large ? MEGABYTE : 1000)
            .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(REFRESH_MILLISECONDS)
            .setConsumer(new MovingLine(console, width))
            .clearDisplayOnFinish()
            .build();
  }

  void advance(long bytes) {
    bar.stepBy(bytes);
  }

  @Override
  public void close() {
    bar.close();
  }

  /** The place where the library draws; its own one would bring a terminal library along. */
  private record MovingLine(Console console, int width) implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      // The last column stays free: some terminals break the line there.
      return width - 1;
    }

    @Override
    public void accept(String text) {
      console.draw(text);
    }

    @Override
    public void clear() {
      console.erase();
    }

    @Override
    public void close() {
      console.erase();
    }
  }
}
