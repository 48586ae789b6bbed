package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.ledger.LayerLedger;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Decides what is to be done about the CVMFS layers of images:
 *
 * <ol>
 *   <li>nothing, and without a look at the layer, if the ledger knows it and what it was made from
 *       gives the same today;
 *   <li>nothing, if its headers and its index say what they should, and the ledger knows no other
 *       layer of the same;
 *   <li>otherwise there will be a new one.
 * </ol>
 *
 * <p>What is selected of the same states of the same repositories is walked once.
 */
final class RefreshPlanner {
  private final LayerLedger ledger;
  private final String place;
  private final GarbageKeeper garbage;
  private final OnceListener once;
  private final WorkDirectory work;
  private final Map<SortedMap<String, LedgerEntry.Repository>, Slice> slices = new HashMap<>();

  /**
   * @param place the repository of the images, as the ledger notes it
   */
  RefreshPlanner(
      LayerLedger ledger,
      String place,
      GarbageKeeper garbage,
      OnceListener once,
      WorkDirectory work) {
    this.ledger = ledger;
    this.place = place;
    this.garbage = garbage;
    this.once = once;
    this.work = work;
  }

  /**
   * Finds out whether there is anything to do.
   *
   * @param onlyLayer whether nothing but the layer can be out of date
   * @param known what the ledger says of the old layer
   */
  Refresh decide(
      boolean onlyLayer, SliceSource source, Optional<OldLayer> old, Optional<LedgerEntry> known)
      throws IOException {
    if (known.isPresent()
        && onlyLayer
        && garbage.allows(known.get().amounts())
        && source.stillGives(known.get())) {
      return stillCurrent(source, known.get());
    }
    Refresh.Replaced layer = compare(source, old);
    return layer.changes().identical() && onlyLayer
        ? new Refresh.UpToDate(layer.changes(), Report.Garbage.of(layer.slice()), known.isEmpty())
        : layer;
  }

  /** The layer is known, and nothing that it was made from has changed. */
  private Refresh.UpToDate stillCurrent(SliceSource source, LedgerEntry known) throws IOException {
    LedgerEntry.Amounts amounts = known.amounts();
    tellSelection(amounts);
    LedgerEntry now = known.from(source.repositories()).at(place);
    if (!now.equals(known)) {
      ledger.add(now);
    }
    return new Refresh.UpToDate(
        new LayerChanges(0, 0, 0, amounts.entries(), true),
        new Report.Garbage(amounts.garbageObjects(), amounts.garbageBytes()),
        false);
  }

  /** What the new layer shall be, and what distinguishes the old one from it. */
  private Refresh.Replaced compare(SliceSource source, Optional<OldLayer> old) throws IOException {
    Slice selected = select(source);
    if (old.isEmpty()) {
      return new Refresh.Replaced(selected, LayerChanges.allNew(selected), Optional.empty());
    }
    Slice wanted = garbage.keep(selected, old.get(), source.revisions());
    Optional<LayerChanges> compared = old.get().compare(wanted);
    if (compared.isEmpty()) {
      return new Refresh.Replaced(selected, LayerChanges.allNew(selected), Optional.empty());
    }
    LayerChanges changes = compared.get();
    boolean isOther = changes.identical() && isOther(old.get(), wanted, source);
    return new Refresh.Replaced(
        wanted, isOther ? changes.inOtherBytes() : changes, old.get().usable());
  }

  /**
   * Whether a layer that says that it is the one wanted is another one, as far as the ledger knows:
   * who can write to the registry can forge a layer, its headers and its index, but not its digest.
   */
  private boolean isOther(OldLayer old, Slice wanted, SliceSource source) throws IOException {
    if (!wanted.garbage().objects().isEmpty()) {
      return false;
    }
    Optional<Digest> made = ledger.findMadeFrom(source.repositories()).map(LedgerEntry::layer);
    if (made.isEmpty() || made.get().equals(old.digest())) {
      return false;
    }
    once.warning(
        "the layer in the image, %s, claims to be up to date, but what this machine has made or verified of the same is %s; it is replaced"
            .formatted(old.digest(), made.get()));
    return true;
  }

  private Slice select(SliceSource source) throws IOException {
    Slice known = slices.get(source.repositories());
    if (known != null) {
      return known;
    }
    Slice slice = source.build(work, once::warning);
    slices.put(source.repositories(), slice);
    tellSelection(LayerMaker.amounts(slice));
    if (!slice.skippedSockets().isEmpty()) {
      once.warning(
          "sockets cannot be in an image layer and are left out: "
              + String.join(", ", slice.skippedSockets()));
    }
    return slice;
  }

  private void tellSelection(LedgerEntry.Amounts amounts) {
    once.step(
        "The specification selects %s; their content is %s in %s"
            .formatted(
                Amounts.count(amounts.entries(), "entry", "entries"),
                Amounts.bytes(amounts.contentBytes()),
                Amounts.count(amounts.objects(), "object", "objects")));
  }
}
