package dev.cvmfs.shrinkwrap.posix;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

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
    return with(draft -> draft.data = newData);
  }

  public ExportOptions withThreads(int newThreads) {
    return with(draft -> draft.threads = newThreads);
  }

  public ExportOptions withOwners(boolean newOwners) {
    return with(draft -> draft.owners = newOwners);
  }

  public ExportOptions withCheckAll(boolean newCheckAll) {
    return with(draft -> draft.checkAll = newCheckAll);
  }

  public ExportOptions withProveAll(boolean newProveAll) {
    return with(draft -> draft.proveAll = newProveAll);
  }

  public ExportOptions withGarbage(OptionalLong newGarbage) {
    return with(draft -> draft.garbage = newGarbage);
  }

  public ExportOptions withSync(boolean newSync) {
    return with(draft -> draft.sync = newSync);
  }

  public ExportOptions withShape(SortedMap<String, String> newShape) {
    return with(draft -> draft.shape = newShape);
  }

  public ExportOptions withNotes(SortedMap<String, byte[]> newNotes) {
    return with(draft -> draft.notes = newNotes);
  }

  public ExportOptions withLinkLimit(int newLinkLimit) {
    return with(draft -> draft.linkLimit = newLinkLimit);
  }

  private ExportOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
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

  /** A copy in which one thing is about to change. */
  private static final class Draft {
    private final Path base;
    private Optional<Path> data;
    private int threads;
    private boolean owners;
    private boolean checkAll;
    private boolean proveAll;
    private OptionalLong garbage;
    private boolean sync;
    private SortedMap<String, String> shape;
    private SortedMap<String, byte[]> notes;
    private final String tool;
    private int linkLimit;

    Draft(ExportOptions options) {
      this.base = options.base;
      this.data = options.data;
      this.threads = options.threads;
      this.owners = options.owners;
      this.checkAll = options.checkAll;
      this.proveAll = options.proveAll;
      this.garbage = options.garbage;
      this.sync = options.sync;
      this.shape = options.shape;
      this.notes = options.notes;
      this.tool = options.tool;
      this.linkLimit = options.linkLimit;
    }

    ExportOptions options() {
      return new ExportOptions(
          base, data, threads, owners, checkAll, proveAll, garbage, sync, shape, notes, tool,
          linkLimit);
    }
  }
}
