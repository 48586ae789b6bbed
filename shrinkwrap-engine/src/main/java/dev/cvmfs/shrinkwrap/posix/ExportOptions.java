package dev.cvmfs.shrinkwrap.posix;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How to export.
 *
 * @param base the folder that everything goes into
 * @param data the store, if it is not {@code .data} in there
 * @param threads how many fetch and write
 * @param owners whether files are given to their owners, where that is possible
 * @param check what is looked at
 * @param garbage remove objects without links that lost the last one this many revisions ago; 0 for
 *     all; empty to keep them
 * @param sync whether to wait until everything is on the disk, so that not even a power cut harms
 * @param notes what is to be kept in {@code .provenance}
 * @param linkLimit after this many links to a file of the store a further copy is used
 */
public record ExportOptions(
    Path base,
    Optional<Path> data,
    int threads,
    boolean owners,
    Check check,
    OptionalLong garbage,
    boolean sync,
    Notes notes,
    int linkLimit) {

  /** What is looked at of what is on disk already. */
  public enum Check {
    /** Files in nested catalogs that have changed since the last run. */
    CHANGED,
    /** All files, but for their content. */
    ALL,
    /** All files; the content of each is compared with the catalog. */
    CONTENT
  }

  /**
   * What is kept beyond what every export tells of itself.
   *
   * @param tool name and version of the program
   * @param shape settings that decide what the tree looks like, by name
   * @param files others, by name
   */
  record Notes(String tool, SortedMap<String, String> shape, SortedMap<String, byte[]> files) {}

  public ExportOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least one: " + threads);
    }
    base = base.toAbsolutePath().normalize();
    data = data.map(path -> path.toAbsolutePath().normalize());
  }

  /**
   * Everything as people mostly want it.
   *
   * @param tool name and version of the program
   */
  public static ExportOptions into(Path base, String tool) {
    return new ExportOptions(
        base,
        Optional.empty(),
        2 * Runtime.getRuntime().availableProcessors(),
        true,
        Check.CHANGED,
        OptionalLong.empty(),
        true,
        new Notes(tool, new TreeMap<>(), new TreeMap<>()),
        DataStore.LINK_LIMIT);
  }

  public ExportOptions withData(Optional<Path> newData) {
    return new ExportOptions(
        base, newData, threads, owners, check, garbage, sync, notes, linkLimit);
  }

  public ExportOptions withThreads(int newThreads) {
    return new ExportOptions(
        base, data, newThreads, owners, check, garbage, sync, notes, linkLimit);
  }

  public ExportOptions withOwners(boolean newOwners) {
    return new ExportOptions(
        base, data, threads, newOwners, check, garbage, sync, notes, linkLimit);
  }

  public ExportOptions withCheck(Check newCheck) {
    return new ExportOptions(
        base, data, threads, owners, newCheck, garbage, sync, notes, linkLimit);
  }

  public ExportOptions withGarbage(OptionalLong newGarbage) {
    return new ExportOptions(
        base, data, threads, owners, check, newGarbage, sync, notes, linkLimit);
  }

  public ExportOptions withSync(boolean newSync) {
    return new ExportOptions(
        base, data, threads, owners, check, garbage, newSync, notes, linkLimit);
  }

  public ExportOptions withLinkLimit(int newLinkLimit) {
    return new ExportOptions(
        base, data, threads, owners, check, garbage, sync, notes, newLinkLimit);
  }

  /** With settings that decide what the tree looks like, by name. */
  public ExportOptions withShape(SortedMap<String, String> shape) {
    return with(new Notes(notes.tool(), shape, notes.files()));
  }

  /** With what else is to be kept in {@code .provenance}, by file name. */
  public ExportOptions withNotes(SortedMap<String, byte[]> files) {
    return with(new Notes(notes.tool(), notes.shape(), files));
  }

  private ExportOptions with(Notes newNotes) {
    return new ExportOptions(
        base, data, threads, owners, check, garbage, sync, newNotes, linkLimit);
  }

  /** Where the store is. */
  public Path dataFolder() {
    return data.orElseGet(this::ownData);
  }

  /** The same if it is not where one would look for it. */
  Optional<Path> separateData() {
    return data.filter(path -> !path.equals(ownData()));
  }

  private Path ownData() {
    return base.resolve(".data");
  }

  Layout layout(String fqrn) {
    return new Layout(base, dataFolder(), fqrn);
  }
}
