package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.closure.Addition;
import dev.cvmfs.shrinkwrap.closure.Closure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a specification of what traces tell. */
public final class SpecBuilder {
  private static final int MOST_MISSING = 1000;

  private final Traces traces;
  private final Policy policy;
  private final int minRuns;
  private final int fold;
  private final List<TreePath> libraryPath;

  /**
   * @param minRuns how many runs must have used a path
   * @param fold percentage of a directory's entries from which on it is taken whole, 1 to 100;
   *     means something only with a repository
   * @param libraryPath directories that the runs had in LD_LIBRARY_PATH; means something only with
   *     {@link Policy#CLOSURE}
   */
  public SpecBuilder(
      Traces traces, Policy policy, int minRuns, int fold, List<TreePath> libraryPath) {
    if (minRuns < 1 || fold < 1 || fold > 100) {
      throw new IllegalArgumentException("runs %d, fold %d".formatted(minRuns, fold));
    }
    this.traces = traces;
    this.policy = policy;
    this.minRuns = minRuns;
    this.fold = fold;
    this.libraryPath = List.copyOf(libraryPath);
  }

  public SpecBuilder(Traces traces, Policy policy, int minRuns, int fold) {
    this(traces, policy, minRuns, fold, List.of());
  }

  /**
   * A specification.
   *
   * @param missing paths that traces have and the repository does not; the first thousand
   * @param needs what was added because something used needs it
   */
  public record Built(
      ByteString text,
      long lines,
      long missingCount,
      List<TreePath> missing,
      Closure.Result needs) {
    public Built {
      missing = List.copyOf(missing);
    }
  }

  /** Without looking into the repository: what the original's builder makes of it. */
  public Built build() {
    if (policy == Policy.CLOSURE) {
      throw new IllegalArgumentException("what files need, only the repository can tell");
    }
    return built(
        PlainBuilder.build(traces.paths(), policy, minRuns),
        0,
        List.of(),
        Closure.Result.nothing());
  }

  /**
   * Compared with what the repository has: smaller, and with links followed.
   *
   * @throws IOException if the local cache fails
   */
  public Built build(Snapshot snapshot) throws IOException {
    PathTable table = traces.paths();
    ResolvedPaths paths = new ResolvedPaths(snapshot, table);
    List<TreePath> missing = new ArrayList<>();
    long missingCount = 0;
    for (int node = 0; node < table.size(); node++) {
      if (paths.isMissing(node)) {
        missingCount++;
        if (missing.size() < MOST_MISSING) {
          missing.add(table.path(node));
        }
      }
    }
    missing.sort(null);
    Closure.Result needs = Closure.Result.nothing();
    Map<Integer, Addition> added = new HashMap<>();
    if (policy == Policy.CLOSURE) {
      needs = Closure.of(snapshot, opened(table), libraryPath);
      needs.additions().forEach(addition -> add(addition, table, added));
      paths = new ResolvedPaths(snapshot, table);
    }
    ResolvedBuilder.Options options =
        new ResolvedBuilder.Options(policy, minRuns, fold, traces.runs());
    return built(
        ResolvedBuilder.build(snapshot, paths, added, options), missingCount, missing, needs);
  }

  private boolean isWanted(PathTable table, int node) {
    return table.isUsed(node) && table.runs(node) >= minRuns;
  }

  private List<TreePath> opened(PathTable table) {
    List<TreePath> opened = new ArrayList<>();
    for (int node = 1; node < table.size(); node++) {
      if (isWanted(table, node) && table.isUsedAs(node, Use.OPENED)) {
        opened.add(table.path(node));
      }
    }
    return opened;
  }

  /** Uses a path as often as what needs it is used. */
  private void add(Addition addition, PathTable table, Map<Integer, Addition> added) {
    int by = table.find(addition.by());
    for (TreePath above = addition.by(); by < 0; by = table.find(above)) {
      // In a directory that was added whole, which stands for all in it.
      above = above.parent();
    }
    int node = table.add(addition.path());
    if (addition.whole() || !isWanted(table, node)) {
      added.put(node, addition);
    }
    table.lookAt(node, table.runs(by));
  }

  private static Built built(
      List<byte[]> lines, long missingCount, List<TreePath> missing, Closure.Result needs) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      text.writeBytes(line);
      text.write('\n');
    }
    long rules = lines.stream().filter(line -> line[0] != '#').count();
    return new Built(ByteString.of(text.toByteArray()), rules, missingCount, missing, needs);
  }
}
