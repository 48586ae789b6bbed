package dev.cvmfs.injector.inject;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells how many bytes are read, as they are. */
public final class CountingInputStream extends FilterInputStream {
  private final LongConsumer counter;

  /**
   * @param counter is told how many bytes each read has got
   */
  public CountingInputStream(InputStream in, LongConsumer counter) {
    super(in);
    this.counter = counter;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    if (b >= 0) {
      counter.accept(1);
    }
    return b;
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    int count = super.read(buffer, from, length);
    if (count > 0) {
      counter.accept(count);
    }
    return count;
  }
}
