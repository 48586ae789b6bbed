package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.shrinkwrap.cvmfs.TransferCounters;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Measures what one image costs, from its making to the report. */
final class Meter {
  private final ImageStore store;
  private final Snapshots snapshots;
  private final LongSupplier nanoTime;
  private final long start;
  private final dev.cvmfs.registry.TransferCounters registryBefore;
  private final TransferCounters cvmfsBefore;

  Meter(ImageStore store, Snapshots snapshots, LongSupplier nanoTime) {
    this.store = store;
    this.snapshots = snapshots;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.registryBefore = store.counters();
    this.cvmfsBefore = snapshots.counters();
  }

  Report report(Destination destination, Outcome outcome, boolean dryRun) {
    LayerChanges changes = outcome.changes();
    return new Report(
        name(destination, outcome),
        outcome.result(),
        outcome.before().map(Digest::toString),
        outcome.after().map(Digest::toString),
        outcome.layers().stream()
            .map(
                layer ->
                    new Report.Layer(
                        layer.blob().toString(), layer.diffId().toString(), layer.size()))
            .toList(),
        outcome.repositories(),
        new Report.Changes(changes.added(), changes.changed(), changes.removed(), changes.kept()),
        outcome.garbage(),
        outcome.unproven(),
        transfer(outcome),
        outcome.platforms(),
        outcome.publication(),
        (nanoTime.getAsLong() - start) / 1e9,
        dryRun);
  }

  /** What has no tag is found by its digest. */
  private static String name(Destination destination, Outcome outcome) {
    Optional<Digest> digest = outcome.after().or(outcome::before);
    return destination.tag().isPresent() || digest.isEmpty()
        ? destination.toString()
        : destination + "@" + digest.get();
  }

  private Report.Transfer transfer(Outcome outcome) {
    var registry = store.counters();
    TransferCounters cvmfs = snapshots.counters();
    return new Report.Transfer(
        cvmfs.bytesReceived() - cvmfsBefore.bytesReceived(),
        outcome.bytesCopied(),
        registry.bytesSent() - registryBefore.bytesSent(),
        registry.requests()
            - registryBefore.requests()
            + cvmfs.requests()
            - cvmfsBefore.requests());
  }
}
