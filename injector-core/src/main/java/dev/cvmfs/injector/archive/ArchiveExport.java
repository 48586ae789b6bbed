package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.injector.inject.SliceSource;
import dev.cvmfs.injector.inject.Snapshots;
import dev.cvmfs.injector.layer.PackingOptions;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.TransferCounters;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.spec.WantedParts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Makes archives of slices, and leaves those alone that are what a new one would be:
 *
 * <ol>
 *   <li>opens the repositories, which fixes one signed state of each;
 *   <li>if there is an archive with a note, compares what it was made from with what is wanted; of
 *       the repositories only catalogs that have changed are looked at;
 *   <li>walks the part that is wanted, and writes the archive beside its place, content from the
 *       cache or from CVMFS, proven on the way;
 *   <li>puts it in its place, and then its note.
 * </ol>
 *
 * <p>Whatever fails before the last step leaves the archive as it was.
 */
public final class ArchiveExport {
  private final Snapshots snapshots;
  private final Path cache;
  private final ProgressListener progress;
  private final LongSupplier nanoTime;

  /**
   * @param cache the folder for temporary files
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  public ArchiveExport(
      Snapshots snapshots, Path cache, ProgressListener progress, LongSupplier nanoTime) {
    this.snapshots = snapshots;
    this.cache = cache;
    this.progress = progress;
    this.nanoTime = nanoTime;
  }

  /**
   * Makes a file.
   *
   * @throws IOException if the local disk fails
   */
  public ArchiveReport toFile(ArchiveFormat format, Path file, ArchiveRequest request)
      throws IOException {
    Meter meter = new Meter();
    format.requireRoomFor(request.repositories());
    Optional<ArchiveNote> note = ArchiveNotes.read(file);
    SliceSource source = open(request, note);
    Optional<ArchiveNote> intact =
        note.isPresent() && !request.again() && note.get().mark().isOf(file)
            ? note
            : Optional.empty();
    if (intact.isPresent()
        && intact.get().shape().equals(request.shape(format))
        && source.stillGives(intact.get().repositories())) {
      return unchanged(file, format, intact.get(), source, request, meter);
    }
    try (Replacement replacement = Replacement.of(file);
        WorkDirectory work = WorkDirectory.open(cache.resolve("work"))) {
      Slice slice = select(source, work);
      Written written;
      try (ProgressListener.Task task = progress.task("Packing", slice.contentBytes())) {
        ArchiveInput input =
            new ArchiveInput(slice, source, work, task::advance, progress::warning);
        written = format.write(input, replacement);
      }
      if (intact.isPresent() && intact.get().mark().digest().equals(written.digest())) {
        // The state that it was made from may be gone, and it comes out the same all the same.
        return unchanged(file, format, intact.get(), source, request, meter);
      }
      replacement.commit(request.sync());
      FileMark mark = FileMark.of(file, written);
      ArchiveNote made =
          new ArchiveNote(request.shape(format), mark, amounts(slice), source.repositories());
      ArchiveNotes.write(file, made, request.program(), request.sync());
      return meter.report(file.toString(), ArchiveReport.Result.WRITTEN, made, source);
    }
  }

  /** Writes an archive to a stream, which is not closed. */
  public ArchiveReport toStream(TarFormat format, OutputStream out, ArchiveRequest request)
      throws IOException {
    Meter meter = new Meter();
    format.requireRoomFor(request.repositories());
    SliceSource source = open(request, Optional.empty());
    try (WorkDirectory work = WorkDirectory.open(cache.resolve("work"))) {
      Slice slice = select(source, work);
      try (ProgressListener.Task task = progress.task("Packing", slice.contentBytes())) {
        ArchiveInput input =
            new ArchiveInput(slice, source, work, task::advance, progress::warning);
        Written written = format.write(input, out);
        return meter.report("-", ArchiveReport.Result.WRITTEN, written, amounts(slice), source);
      }
    }
  }

  private ArchiveReport unchanged(
      Path file,
      ArchiveFormat format,
      ArchiveNote note,
      SliceSource source,
      ArchiveRequest request,
      Meter meter)
      throws IOException {
    FileMark mark = FileMark.of(file, new Written(note.mark().digest(), note.mark().size()));
    ArchiveNote now =
        new ArchiveNote(request.shape(format), mark, note.amounts(), source.repositories());
    if (!now.equals(note)) {
      // So that the next comparison starts from here.
      ArchiveNotes.write(file, now, request.program(), request.sync());
    }
    return meter.report(file.toString(), ArchiveReport.Result.UNCHANGED, now, source);
  }

  private SliceSource open(ArchiveRequest request, Optional<ArchiveNote> note) throws IOException {
    WantedParts wanted = request.wanted(note);
    SliceSource source = new SliceSource(PackingOptions.of(request.conf(), progress::warning));
    for (String fqrn : request.repositories()) {
      SpecificationFile specification = wanted.of(fqrn);
      specification.warnings().forEach(warning -> progress.warning(warning.toString()));
      Snapshots.Opened opened = snapshots.open(fqrn);
      Snapshot snapshot = opened.snapshot();
      progress.step(
          "CVMFS repository %s is at revision %d, published %s"
              .formatted(fqrn, snapshot.revision(), snapshot.published()));
      source.add(opened, request.portion().of(specification));
    }
    return source;
  }

  private Slice select(SliceSource source, WorkDirectory work) throws IOException {
    Slice slice = source.build(work);
    progress.step(
        "The specification selects %s; their content is %s in %s"
            .formatted(
                Amounts.count(slice.visibleCount(), "entry", "entries"),
                Amounts.bytes(slice.contentBytes()),
                Amounts.count(slice.objectCount(), "object", "objects")));
    if (!slice.skippedSockets().isEmpty()) {
      progress.warning(
          "sockets cannot be in an archive and are left out: "
              + String.join(", ", slice.skippedSockets()));
    }
    return slice;
  }

  private static LedgerEntry.Amounts amounts(Slice slice) {
    return new LedgerEntry.Amounts(slice.visibleCount(), slice.objectCount(), slice.contentBytes());
  }

  /** What one archive costs, from its making to the report. */
  private final class Meter {
    private final long start = nanoTime.getAsLong();
    private final TransferCounters before = snapshots.counters();

    private ArchiveReport report(
        String target, ArchiveReport.Result result, ArchiveNote note, SliceSource source) {
      Written written = new Written(note.mark().digest(), note.mark().size());
      return report(target, result, written, note.amounts(), source);
    }

    private ArchiveReport report(
        String target,
        ArchiveReport.Result result,
        Written written,
        LedgerEntry.Amounts amounts,
        SliceSource source) {
      TransferCounters after = snapshots.counters();
      return new ArchiveReport(
          target,
          result,
          written,
          amounts,
          source.report(),
          after.bytesReceived() - before.bytesReceived(),
          after.requests() - before.requests(),
          (nanoTime.getAsLong() - start) / 1e9);
    }
  }
}
