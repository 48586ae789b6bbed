package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.source.SourceTree;
import dev.cvmfs.shrinkwrap.spec.Specification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

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
      SourceTree source,
      Specification specification,
      ExportOptions options,
      ExportCounters statistics)
      throws IOException {
    Layout layout = options.layout(source.fqrn());
    makeFolders(layout);
    try (ExportLock lock = ExportLock.take(layout, "exports")) {
      RunMarker marker = new RunMarker(layout, boot);
      try (Scratch scratch = Scratch.below(layout.temporary())) {
        Abilities abilities =
            Abilities.probe(calls, Layout.bytes(scratch.newFile("probe")), options.owners());
        ExportRun run =
            new ExportRun(
                Site.of(calls, layout, abilities),
                source,
                specification,
                options,
                lock,
                marker,
                scratch);
        ExportReport report = run.export(statistics);
        return options.garbage().isPresent() ? collect(report, options, layout, lock) : report;
      }
    } catch (IOException e) {
      throw Space.isMissing(e) ? Space.missing(layout, e) : e;
    }
  }

  private static void makeFolders(Layout layout) throws IOException {
    Folders.create(layout.base());
    Folders.create(layout.provenance());
    if (!Files.exists(layout.data())) {
      Files.createDirectories(layout.data());
      Files.setPosixFilePermissions(layout.data(), PosixFilePermissions.fromString("rwx------"));
      StoreFormat.write(layout);
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
}
