package dev.cvmfs.shrinkwrap.cvmfs.content;

import dev.cvmfs.conf.EditDistance;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Looks for what somebody may have meant by a name that is not there. */
public final class NearestName {
  private final String wanted;
  private int bound;
  private Optional<TreePath> best = Optional.empty();

  /**
   * @param missing the path that is not there
   */
  public NearestName(TreePath missing) {
    this.wanted = name(missing);
    this.bound = Math.max(2, wanted.length() / 3) + 1;
  }

  /** Compares with something that is in the same directory. */
  public void consider(TreePath sibling) {
    String name = name(sibling);
    // Longer ones cannot be near, and distances of long names take long.
    if (Math.abs(name.length() - wanted.length()) < bound) {
      int distance = EditDistance.between(wanted, name);
      if (distance < bound) {
        bound = distance;
        best = Optional.of(sibling);
      }
    }
  }

  /** What comes nearest; empty if nothing comes near. */
  public Optional<TreePath> best() {
    return best;
  }

  private static String name(TreePath path) {
    return new String(path.name(), StandardCharsets.UTF_8);
  }
}
