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
 * @param checkAll whether files are compared too that lie in nested catalogs which have not changed
 *     since the last run
 * @param proveAll whether the content of every file is compared with the catalog
 * @param garbage remove objects without links that lost the last one this many revisions ago; 0 for
 *     all; empty to keep them
 * @param sync whether to wait until everything is on the disk, so that not even a power cut harms
 * @param shape settings that decide what the tree looks like, by name
 * @param notes what else is to be kept in {@code .provenance}, by file name
 * @param tool name and version of the program
 * @param linkLimit after this many links to a file of the store a further copy is used
 */
public record ExportOptions(
    Path base,
    Optional<Path> data,
    int threads,
    boolean owners,
    boolean checkAll,
    boolean proveAll,
    OptionalLong garbage,
    boolean sync,
    SortedMap<String, String> shape,
    SortedMap<String, byte[]> notes,
    String tool,
    int linkLimit) {
  public ExportOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least one: " + threads);
    }
    base = base.toAbsolutePath().normalize();
    data = data.map(path -> path.toAbsolutePath().normalize());
  }

  /** Everything as people mostly want it. */
  public static ExportOptions into(Path base, String tool) {
    return new ExportOptions(
        base,
        Optional.empty(),
        2 * Runtime.getRuntime().availableProcessors(),
        true,
        false,
        false,
        OptionalLong.empty(),
        true,
        new TreeMap<>(),
        new TreeMap<>(),
        tool,
        DataStore.LINK_LIMIT);
  }

  public ExportOptions withData(Optional<Path> newData) {
    return new ExportOptions(
        base, newData, threads, owners, checkAll, proveAll, garbage, sync, shape, notes, tool,
        linkLimit);
  }

  public ExportOptions withThreads(int newThreads) {
    return new ExportOptions(
        base,
        data,
        newThreads,
        owners,
        checkAll,
        proveAll,
        garbage,
        sync,
        shape,
        notes,
        tool,
        linkLimit);
  }

  public ExportOptions withOwners(boolean newOwners) {
    return new ExportOptions(
        base, data, threads, newOwners, checkAll, proveAll, garbage, sync, shape, notes, tool,
        linkLimit);
  }

  public ExportOptions withCheckAll(boolean newCheckAll) {
    return new ExportOptions(
        base,
        data,
        threads,
        owners,
        newCheckAll,
        proveAll,
        garbage,
        sync,
        shape,
        notes,
        tool,
        linkLimit);
  }

  public ExportOptions withProveAll(boolean newProveAll) {
    return new ExportOptions(
        base,
        data,
        threads,
        owners,
        checkAll,
        newProveAll,
        garbage,
        sync,
        shape,
        notes,
        tool,
        linkLimit);
  }

  public ExportOptions withGarbage(OptionalLong newGarbage) {
    return new ExportOptions(
        base,
        data,
        threads,
        owners,
        checkAll,
        proveAll,
        newGarbage,
        sync,
        shape,
        notes,
        tool,
        linkLimit);
  }

  public ExportOptions withSync(boolean newSync) {
    return new ExportOptions(
        base, data, threads, owners, checkAll, proveAll, garbage, newSync, shape, notes, tool,
        linkLimit);
  }

  public ExportOptions withShape(SortedMap<String, String> newShape) {
    return new ExportOptions(
        base, data, threads, owners, checkAll, proveAll, garbage, sync, newShape, notes, tool,
        linkLimit);
  }

  public ExportOptions withNotes(SortedMap<String, byte[]> newNotes) {
    return new ExportOptions(
        base, data, threads, owners, checkAll, proveAll, garbage, sync, shape, newNotes, tool,
        linkLimit);
  }

  public ExportOptions withLinkLimit(int newLinkLimit) {
    return new ExportOptions(
        base,
        data,
        threads,
        owners,
        checkAll,
        proveAll,
        garbage,
        sync,
        shape,
        notes,
        tool,
        newLinkLimit);
  }

  /** Where the store is. */
  public Path dataFolder() {
    return data.orElseGet(() -> base.resolve(".data"));
  }

  Layout layout(String fqrn) {
    return new Layout(base, dataFolder(), fqrn);
  }
}
