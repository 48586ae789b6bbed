package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an export did.
 *
 * @param changes of the visible tree; 0 if it was as it should be
 * @param skipped whether nested catalogs, or all of them, were skipped because they have not
 *     changed
 * @param takenOver whether the store held objects that were not ours, and that were proven
 * @param garbageFiles objects removed
 * @param garbageBytes bytes in them
 * @param notes what could not be had here, for people
 */
public record ExportReport(
    String fqrn,
    Optional<ContentHash> rootHash,
    long revision,
    long changes,
    boolean skipped,
    boolean takenOver,
    long garbageFiles,
    long garbageBytes,
    List<String> notes) {
  public ExportReport {
    notes = List.copyOf(notes);
  }

  ExportReport withNote(String note) {
    List<String> all = new ArrayList<>(notes);
    all.add(note);
    return new ExportReport(
        fqrn, rootHash, revision, changes, skipped, takenOver, garbageFiles, garbageBytes, all);
  }

  ExportReport withGarbage(long files, long bytes) {
    return new ExportReport(
        fqrn, rootHash, revision, changes, skipped, takenOver, files, bytes, notes);
  }
}
