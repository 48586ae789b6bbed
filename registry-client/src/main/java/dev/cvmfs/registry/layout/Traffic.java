package dev.cvmfs.registry.layout;

import dev.cvmfs.registry.TransferCounters;
import java.util.concurrent.atomic.LongAdder;

/** What was read and written of blobs, counted by several threads. */
final class Traffic {
  private final LongAdder read = new LongAdder();
  private final LongAdder written = new LongAdder();

  void read(long bytes) {
    read.add(bytes);
  }

  void written(long bytes) {
    written.add(bytes);
  }

  TransferCounters snapshot() {
    return new TransferCounters(0, read.sum(), written.sum());
  }
}
