package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.sync.SourceTree;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Brings an export up to date:
 *
 * <ol>
 *   <li>the wanted tree is compared with the one on disk; what has to change is written down, and
 *       objects that are missing are fetched into the store. Whatever fails so far leaves the
 *       visible tree as it was;
 *   <li>the changes are made, of which each is atomic;
 *   <li>objects without links, and how the tree came to be, are noted; garbage is collected.
 * </ol>
 *
 * A marker tells the next run of one that did not come to its end.
 */
public final class Exporter {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private final PosixCalls calls;
  private final String boot;

  /**
   * @param boot names the time since the machine was started
   */
  public Exporter(PosixCalls calls, String boot) {
    this.calls = calls;
    this.boot = boot;
  }

  /** One that works on the machine that it runs on. */
  public static Exporter ofThisMachine() throws IOException {
    return new Exporter(PosixCalls.ofThisSystem(), Files.readString(BOOT).strip());
  }

  /**
   * Exports what the specification asks for.
   *
   * @param statistics counts what is done while it is done
   * @throws dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure if the source fails; the tree is as it was
   * @throws IOException if the disk does
   */
  public ExportReport export(
      SourceTree source, Specification specification, ExportOptions options, Statistics statistics)
      throws IOException {
    Layout layout = options.layout(source.fqrn());
    makeFolders(layout);
    String owner = "process %d".formatted(ProcessHandle.current().pid());
    try (ExportLock lock = ExportLock.take(layout, owner)) {
      RunMarker marker = new RunMarker(layout, boot);
      try (Scratch scratch = Scratch.below(layout.temporary())) {
        Abilities abilities =
            Abilities.probe(calls, Layout.bytes(scratch.newFile("probe")), options.owners());
        Run run = new Run(source, specification, options, layout, lock, marker, scratch, abilities);
        ExportReport report = run.export(statistics);
        return options.garbage().isPresent() ? collect(report, options, layout, lock) : report;
      }
    }
  }

  private static void makeFolders(Layout layout) throws IOException {
    Files.createDirectories(layout.base());
    Files.createDirectories(layout.provenance());
    if (!Files.exists(layout.data())) {
      Files.createDirectories(layout.data());
      Files.setPosixFilePermissions(layout.data(), PosixFilePermissions.fromString("rwx------"));
      AtomicFile.write(layout.format(), "1\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private ExportReport collect(
      ExportReport report, ExportOptions options, Layout layout, ExportLock lock)
      throws IOException {
    if (!lock.takeStore(layout)) {
      return report.withNote("garbage was not collected, because others export to the same store");
    }
    GarbageLedger ledger = GarbageLedger.read(calls, layout);
    GarbageLedger.Removed removed =
        ledger.collect(report.revision() - options.garbage().getAsLong());
    ledger.write();
    return report.withGarbage(removed.files(), removed.bytes());
  }

  /** One export. */
  private final class Run {
    private final SourceTree source;
    private final Specification specification;
    private final ExportOptions options;
    private final Layout layout;
    private final ExportLock lock;
    private final RunMarker marker;
    private final Scratch scratch;
    private final Abilities abilities;
    private final Expectations expectations;
    private final Unlocker unlocker;
    private final Optional<Provenance> before;
    private final Trust trust;

    Run(
        SourceTree source,
        Specification specification,
        ExportOptions options,
        Layout layout,
        ExportLock lock,
        RunMarker marker,
        Scratch scratch,
        Abilities abilities)
        throws IOException {
      this.source = source;
      this.specification = specification;
      this.options = options;
      this.layout = layout;
      this.lock = lock;
      this.marker = marker;
      this.scratch = scratch;
      this.abilities = abilities;
      this.expectations = new Expectations(abilities);
      this.unlocker = new Unlocker(calls, layout, abilities.root());
      this.before = Provenance.read(layout.provenance());
      this.trust = new Trust(extent(), calls, new ContentProof(unlocker, source));
    }

    private Trust.Extent extent() throws IOException {
      if (options.proveAll() || !Files.exists(layout.format())) {
        return Trust.Extent.NOTHING;
      }
      return RunMarker.anyLeftByAnotherBoot(layout, boot) ? Trust.Extent.LINKED : Trust.Extent.OURS;
    }

    ExportReport export(Statistics statistics) throws IOException {
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
      return !options.checkAll()
          && trust.extent() == Trust.Extent.OURS
          && !marker.leftBehind()
          && Files.isDirectory(layout.tree())
          && before
              .filter(
                  last ->
                      last.specification().equals(ByteString.of(specification.source()))
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
      SortedMap<String, String> shape = new TreeMap<>(options.shape());
      shape.put("abilities", abilities.toString());
      return shape;
    }

    private void planSafely(StepFile steps, CatalogRecord catalogs, Statistics statistics)
        throws IOException {
      boolean planned = false;
      try {
        plan(steps, catalogs, statistics);
        planned = true;
      } finally {
        if (!planned) {
          unlocker.lockAgain();
        }
      }
    }

    private void plan(StepFile steps, CatalogRecord catalogs, Statistics statistics)
        throws IOException {
      if (trust.extent() == Trust.Extent.NOTHING) {
        new ProofPass(calls, layout, trust, options.threads()).run(source, specification);
      }
      try (ObjectWriters writers =
              new ObjectWriters(
                  calls, layout, source, scratch, trust, statistics, marker, options.threads());
          EntryCursor wanted = source.walk(specification, catalogs)) {
        DataStore store =
            new DataStore(calls, layout, expectations, trust, writers, options.linkLimit());
        Planner planner =
            new Planner(
                calls,
                layout,
                expectations,
                store,
                statistics,
                abilities.root(),
                unlocker::wasUnlocked,
                (step, problems) -> steps.add(step));
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
      StepRunner runner =
          new StepRunner(calls, layout, expectations, unlocker, scratch, options.linkLimit());
      steps.forEach(runner::run);
      new Aftermath(calls, layout, lock)
          .note(
              runner.lost(),
              source.revision(),
              marker.leftBehind() || trust.extent() != Trust.Extent.OURS);
      for (Map.Entry<String, byte[]> note : options.notes().entrySet()) {
        AtomicFile.write(layout.provenance().resolve(note.getKey()), note.getValue());
      }
      new Provenance(
              source.rootHash(),
              source.revision(),
              ByteString.of(specification.source()),
              shape(),
              catalogs.catalogs())
          .write(layout.provenance(), options.tool());
      sync();
      marker.clear();
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
          trust.extent() == Trust.Extent.NOTHING && !options.proveAll(),
          0,
          0,
          expectations.notes());
    }
  }
}
