package dev.cvmfs.shrinkwrap.cvmfs.network;

import dev.cvmfs.shrinkwrap.cvmfs.http.TransferException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A body that may be neither too long nor too slow: fewer than {@code slowest} bytes a second over
 * a whole {@code period} break it off, as curl's low-speed limit does. Counts what it reads.
 */
final class GuardedBody extends FilterInputStream {
  private final long limit;
  private final long slowest;
  private final Duration period;
  private final LongSupplier nanoTime;
  private final AtomicLong received;
  private long length;
  private long periodStart;
  private long lengthAtPeriodStart;

  GuardedBody(
      InputStream body,
      long limit,
      long slowest,
      Duration period,
      LongSupplier nanoTime,
      AtomicLong received) {
    super(body);
    this.limit = limit;
    this.slowest = slowest;
    this.period = period;
    this.nanoTime = nanoTime;
    this.received = received;
    this.periodStart = nanoTime.getAsLong();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int wanted) throws IOException {
    int count = in.read(buffer, offset, wanted);
    if (count < 0) {
      return count;
    }
    length += count;
    received.addAndGet(count);
    if (length > limit) {
      throw new BadDataException("longer than the %,d bytes it can have".formatted(limit));
    }
    checkSpeed();
    return count;
  }

  private void checkSpeed() throws TransferException {
    long elapsed = nanoTime.getAsLong() - periodStart;
    if (elapsed < period.toNanos()) {
      return;
    }
    double perSecond = (length - lengthAtPeriodStart) * 1e9 / elapsed;
    if (perSecond < slowest) {
      throw new TransferException(
          TransferException.Stage.SLOW,
          "sent only %.0f bytes a second for %d s, the limit is %d"
              .formatted(perSecond, elapsed / 1_000_000_000, slowest));
    }
    periodStart += elapsed;
    lengthAtPeriodStart = length;
  }
}
