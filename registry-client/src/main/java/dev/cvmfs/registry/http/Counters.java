package dev.cvmfs.registry.http;

import dev.cvmfs.registry.TransferCounters;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests and bytes from several threads. */
public final class Counters {
  private final LongAdder requests = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder sent = new LongAdder();

  void request() {
    requests.increment();
  }

  void received(long bytes) {
    received.add(bytes);
  }

  void sent(long bytes) {
    sent.add(bytes);
  }

  public TransferCounters snapshot() {
    return new TransferCounters(requests.sum(), received.sum(), sent.sum());
  }
}
