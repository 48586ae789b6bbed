package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.posix.ExportOptions.Check;
import dev.cvmfs.shrinkwrap.source.SourceTree;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One run of an export, with everything that it works with; what it does {@link Exporter} says. */
final class ExportRun {
  private final Site site;
  private final PosixCalls calls;
  private final SourceTree source;
  private final Specification specification;
  private final ExportOptions options;
  private final Layout layout;
  private final ExportLock lock;
  private final RunMarker marker;
  private final Scratch scratch;
  private final Unlocker unlocker;
  private final Optional<Provenance> before;
  private final StoreTrust trust;

  /** Whether some run into this store was under way when its machine went down. */
  private final boolean cutOff;

  ExportRun(
      Site site,
      SourceTree source,
      Specification specification,
      ExportOptions options,
      ExportLock lock,
      RunMarker marker,
      Scratch scratch)
      throws IOException {
    this.site = site;
    this.calls = site.calls();
    this.source = source;
    this.specification = specification;
    this.options = options;
    this.layout = site.layout();
    this.lock = lock;
    this.marker = marker;
    this.scratch = scratch;
    this.unlocker = site.unlocker();
    this.before = Provenance.read(layout.provenance());
    this.cutOff = marker.isStoreCutOff();
    this.trust = new StoreTrust(extent(), calls, new ContentProof(unlocker, source));
  }

  private StoreTrust.Extent extent() throws IOException {
    boolean unproven = before.isPresent() && !before.get().proven();
    if (options.check() == Check.CONTENT || unproven) {
      return StoreTrust.Extent.NOTHING;
    }
    if (!StoreFormat.isOurs(layout)) {
      return before.isPresent() ? StoreTrust.Extent.OWN_LINKS : StoreTrust.Extent.NOTHING;
    }
    return cutOff ? StoreTrust.Extent.LINKED : StoreTrust.Extent.OURS;
  }

  ExportReport export(ExportCounters statistics) throws IOException {
    boolean sure = isSure();
    if (sure && isUnchanged()) {
      return report(0, true);
    }
    CatalogRecord catalogs =
        new CatalogRecord(
            sure ? before.orElseThrow().catalogs() : new TreeMap<>(), this::isDirectory);
    try (StepFile steps = new StepFile(scratch.newFile("steps"))) {
      planSafely(steps, catalogs, statistics);
      statistics.steps(steps.count());
      if (steps.count() > 0 || !sure || isOther(catalogs)) {
        make(steps, catalogs);
      }
      return report(steps.count(), catalogs.skippedAny());
    }
  }

  private boolean isDirectory(TreePath path) {
    try {
      return calls.status(layout.visible(path)).filter(FileStatus::isDirectory).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether what is on disk is known to be what the last run has left. */
  private boolean isSure() {
    return options.check() == Check.CHANGED
        && !cutOff
        && trust.extent() != StoreTrust.Extent.NOTHING
        && !marker.leftBehind()
        && Files.isDirectory(layout.tree())
        && before
            .filter(
                last ->
                    last.specification().equals(ByteString.of(specification.source()))
                        && last.store().equals(options.separateData())
                        && last.shape().equals(shape()))
            .isPresent();
  }

  private boolean isUnchanged() {
    return source.rootHash().isPresent()
        && source.rootHash().equals(before.orElseThrow().rootHash());
  }

  private boolean isOther(CatalogRecord catalogs) {
    Provenance last = before.orElseThrow();
    return !last.rootHash().equals(source.rootHash())
        || last.revision() != source.revision()
        || !last.catalogs().equals(catalogs.catalogs());
  }

  private SortedMap<String, String> shape() {
    SortedMap<String, String> shape = new TreeMap<>(options.notes().shape());
    shape.put(Abilities.KEY, site.abilities().toString());
    return shape;
  }

  private void planSafely(StepFile steps, CatalogRecord catalogs, ExportCounters statistics)
      throws IOException {
    try {
      plan(steps, catalogs, statistics);
    } catch (IOException | RuntimeException | Error e) {
      lockAgain(e);
      throw e;
    }
  }

  private void lockAgain(Throwable failure) {
    try {
      unlocker.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private void plan(StepFile steps, CatalogRecord catalogs, ExportCounters statistics)
      throws IOException {
    if (trust.extent() == StoreTrust.Extent.NOTHING) {
      new ProofPass(calls, layout, trust, options.threads()).run(source, specification);
    }
    try (ObjectWriters writers =
            new ObjectWriters(
                calls, layout, source, scratch, trust, statistics, marker, options.threads());
        EntryCursor wanted = source.walk(specification, catalogs)) {
      DataStore store = new DataStore(site, trust, writers, options.linkLimit());
      Planner planner =
          new Planner(
              site, store, statistics, unlocker::wasUnlocked, (step, problems) -> steps.add(step));
      PresentWalk present =
          new PresentWalk(
              calls, layout.visible(TreePath.ROOT), path -> !catalogs.isSkipped(path), unlocker);
      planner.plan(present, wanted);
      writers.finish();
    }
  }

  private void make(StepFile steps, CatalogRecord catalogs) throws IOException {
    marker.set();
    sync();
    StepRunner runner = new StepRunner(site, trust, scratch, options);
    steps.forEach(runner::run);
    Aftermath aftermath = new Aftermath(calls, layout, lock);
    // Under way when the machine went down, and not needed by now: nobody will prove it, not even
    // if this run believes nothing.
    boolean settled = !cutOff || aftermath.removeUnlinked();
    aftermath.note(
        runner.lost(),
        source.revision(),
        cutOff || marker.leftBehind() || trust.extent() == StoreTrust.Extent.NOTHING);
    for (Map.Entry<String, byte[]> note : options.notes().files().entrySet()) {
      AtomicFile.write(layout.provenance().resolve(note.getKey()), note.getValue());
    }
    new Provenance(
            source.rootHash(),
            source.revision(),
            options.separateData(),
            ByteString.of(specification.source()),
            shape(),
            catalogs.catalogs(),
            true)
        .write(layout.provenance(), options.notes().tool());
    sync();
    if (settled) {
      marker.clear();
      if (cutOff) {
        marker.settleStore();
      }
    }
  }

  private void sync() throws IOException {
    if (options.sync()) {
      calls.syncFileSystem(Layout.bytes(layout.data()));
    }
  }

  private ExportReport report(long changes, boolean skipped) {
    return new ExportReport(
        source.fqrn(),
        source.rootHash(),
        source.revision(),
        changes,
        skipped,
        trust.extent() == StoreTrust.Extent.NOTHING && options.check() != Check.CONTENT,
        0,
        0,
        site.expectations().notes());
  }
}
