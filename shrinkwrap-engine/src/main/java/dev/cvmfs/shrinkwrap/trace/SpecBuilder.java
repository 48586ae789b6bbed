package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Makes a specification of what traces tell. */
public final class SpecBuilder {
  private static final int MOST_MISSING = 1000;

  private final Traces traces;
  private final Policy policy;
  private final int minRuns;
  private final int fold;

  /**
   * @param minRuns how many runs must have used a path
   * @param fold percentage of a directory's entries from which on it is taken whole, 1 to 100;
   *     means something only with a repository
   */
  public SpecBuilder(Traces traces, Policy policy, int minRuns, int fold) {
    if (minRuns < 1 || fold < 1 || fold > 100) {
      throw new IllegalArgumentException("runs %d, fold %d".formatted(minRuns, fold));
    }
    this.traces = traces;
    this.policy = policy;
    this.minRuns = minRuns;
    this.fold = fold;
  }

  /**
   * A specification.
   *
   * @param missing paths that traces have and the repository does not; the first thousand
   */
  public record Built(ByteString text, long lines, long missingCount, List<TreePath> missing) {
    public Built {
      missing = List.copyOf(missing);
    }
  }

  /** Without looking into the repository: what the original's builder makes of it. */
  public Built build() {
    return built(PlainBuilder.build(traces.paths(), policy, minRuns), 0, List.of());
  }

  /** Compared with what the repository has: smaller, and with links followed. */
  public Built build(Snapshot snapshot) {
    ResolvedPaths paths = new ResolvedPaths(snapshot, traces.paths());
    List<TreePath> missing = new ArrayList<>();
    long missingCount = 0;
    for (int node = 0; node < paths.table().size(); node++) {
      if (paths.isMissing(node)) {
        missingCount++;
        if (missing.size() < MOST_MISSING) {
          missing.add(paths.table().path(node));
        }
      }
    }
    ResolvedBuilder.Options options =
        new ResolvedBuilder.Options(policy, minRuns, fold, traces.runs());
    missing.sort(null);
    return built(ResolvedBuilder.build(snapshot, paths, options), missingCount, missing);
  }

  private static Built built(List<byte[]> lines, long missingCount, List<TreePath> missing) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      text.writeBytes(line);
      text.write('\n');
    }
    long rules = lines.stream().filter(line -> line[0] != '#').count();
    return new Built(ByteString.of(text.toByteArray()), rules, missingCount, missing);
  }
}
