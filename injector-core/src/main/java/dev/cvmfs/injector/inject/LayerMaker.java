package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.layer.GarbageUnavailableException;
import dev.cvmfs.injector.layer.LayerWriter;
import dev.cvmfs.injector.layer.ObjectSources;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.ledger.LayerLedger;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.Garbage;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the layers for images of one repository, each of them once, and none that the registry has
 * already:
 *
 * <ol>
 *   <li>Where the ledger knows what comes out, the repository is asked for it, and then the
 *       registry to take it from another repository that is known to have it. If it does, nothing
 *       is packed.
 *   <li>Otherwise the layer is packed, and goes up meanwhile. If the repository turns out to have
 *       it, which only those can have brought there who share neither cache nor ledger with us, the
 *       upload is cancelled.
 * </ol>
 */
final class LayerMaker implements AutoCloseable {
  /** More than one are of use only where a repository has been deleted or cleaned up since. */
  private static final int SIBLINGS_ASKED = 2;

  private final ImageStore store;
  private final LayerLedger ledger;
  private final ProgressListener progress;
  private final WorkDirectory work;
  private final Map<Slice, MadeLayer> made = new HashMap<>();

  /**
   * @param store the repository that shall have the layers
   */
  LayerMaker(ImageStore store, LayerLedger ledger, ProgressListener progress, WorkDirectory work) {
    this.store = store;
    this.ledger = ledger;
    this.progress = progress;
    this.work = work;
  }

  /**
   * Makes one.
   *
   * @param present the layer that it replaces, if content can be taken from it
   * @param early whether it may go up before its digest is known: not if it is that one again
   */
  MadeLayer make(Slice slice, SliceSource source, Optional<PresentLayer> present, boolean early)
      throws IOException {
    try {
      return makeAll(slice, source, present, early);
    } catch (GarbageUnavailableException e) {
      // It is worth keeping, but no reason to fail.
      progress.warning("all garbage is dropped: " + e.getMessage());
      return makeAll(slice.with(Garbage.NONE), source, present, early);
    }
  }

  private MadeLayer makeAll(
      Slice slice, SliceSource source, Optional<PresentLayer> present, boolean early)
      throws IOException {
    MadeLayer known = made.get(slice);
    if (known != null) {
      return known;
    }
    Optional<MadeLayer> there =
        slice.garbage().objects().isEmpty()
            ? atTheRegistry(source, slice.shape().estargz())
            : Optional.empty();
    if (there.isPresent()) {
      made.put(slice, there.get());
      return there.get();
    }
    MadeLayer packed = pack(slice, source, present, early);
    made.put(slice, packed);
    ledger.add(source.ledgerEntry(packed.layer(), amounts(slice), List.of()));
    return packed;
  }

  static LedgerEntry.Amounts amounts(Slice slice) {
    return new LedgerEntry.Amounts(
        slice.visibleCount(),
        slice.objectCount(),
        slice.contentBytes(),
        slice.garbage().objects().size(),
        slice.garbage().bytes());
  }

  /** Brings a layer to the registry, and remembers that it is there. */
  void upload(MadeLayer layer) throws IOException {
    layer.upload(progress);
    Optional<LedgerEntry> known = ledger.find(layer.layer().blob());
    if (known.isPresent() && !known.get().places().contains(place())) {
      ledger.add(known.get().at(place()));
    }
  }

  private String place() {
    return store.name().repositoryPath();
  }

  /** What garbage a layer has, the ledger does not know; so this is one without. */
  private Optional<MadeLayer> atTheRegistry(SliceSource source, boolean isEstargz)
      throws IOException {
    Optional<LedgerEntry> known =
        ledger
            .findMadeFrom(source.repositories())
            .filter(entry -> entry.toc().isPresent() == isEstargz);
    if (known.isEmpty() || !(store.hasBlob(known.get().layer()) || isMounted(known.get()))) {
      return Optional.empty();
    }
    LedgerEntry layer = known.get();
    progress.step("The registry has the layer already: %s".formatted(layer.layer()));
    return Optional.of(
        MadeLayer.present(new NewLayer(layer.layer(), layer.diffId(), layer.size(), layer.toc())));
  }

  private boolean isMounted(LedgerEntry layer) {
    ImageName name = store.name();
    String host = name.registry() + "/";
    return layer.places().stream()
        .filter(place -> place.startsWith(host) && !place.equals(place()))
        .limit(SIBLINGS_ASKED)
        .anyMatch(place -> store.mountBlob(layer.layer(), place.substring(host.length())));
  }

  private MadeLayer pack(
      Slice slice, SliceSource source, Optional<PresentLayer> present, boolean early)
      throws IOException {
    progress.step("Packing layer...");
    ObjectSources objects = source.objects(present);
    long bytes = slice.contentBytes() + slice.garbage().bytes();
    try (ProgressListener.Task task = progress.task("Packing", bytes)) {
      return PackedLayer.pack(
          work.newFile("layer"),
          store,
          early,
          Report.Garbage.of(slice),
          out -> new LayerWriter(work).write(slice, objects, out, task::advance));
    }
  }

  /** Gives up all uploads that are not finished. */
  @Override
  public void close() {
    made.values().forEach(MadeLayer::close);
  }
}
