package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayList;
import java.util.List;

/** What traces used that a specification lacks. */
public final class TraceCheck {
  private final Traces traces;
  private final Specification specification;

  public TraceCheck(Traces traces, Specification specification) {
    this.traces = traces;
    this.specification = specification;
  }

  /** All used paths that are not in the slice, in order. */
  public List<TreePath> missing() {
    PathTable table = traces.paths();
    List<TreePath> missing = new ArrayList<>();
    for (int node = 1; node < table.size(); node++) {
      if (table.isUsed(node)) {
        addIfMissing(table.path(node), missing);
      }
    }
    missing.sort(null);
    return missing;
  }

  /** The same, without what the repository does not have, and with what is behind links. */
  public List<TreePath> missing(Snapshot snapshot) {
    ResolvedPaths paths = new ResolvedPaths(snapshot, traces.paths());
    List<TreePath> missing = new ArrayList<>();
    for (int node = 1; node < paths.table().size(); node++) {
      if (paths.table().isUsed(node) && paths.isPresent(node)) {
        addIfMissing(paths.table().path(node), missing);
      }
    }
    missing.sort(null);
    return missing;
  }

  private void addIfMissing(TreePath path, List<TreePath> missing) {
    if (!specification.includes(path)) {
      missing.add(path);
    }
  }
}
