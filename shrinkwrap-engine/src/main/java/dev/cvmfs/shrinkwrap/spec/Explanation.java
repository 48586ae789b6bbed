package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.List;
import java.util.Optional;

/**
 * Why a path is in a slice, or is not.
 *
 * @param included whether it is in the slice; if it {@link #onlyIfSomethingBelow}, whether it can
 *     be
 * @param decidedBy the last line that matches the path; none if none does
 * @param onTheWayTo if the path is there only as a directory on the way, a line that asks for
 *     something below it
 * @param onlyIfSomethingBelow whether it is a directory on the way to what wildcards match: it is
 *     there if there is something to find
 * @param matching all lines that match the path, in order; the last of them decides, but where a
 *     specification is read as the original program does
 */
public record Explanation(
    TreePath path,
    boolean included,
    Optional<Line> decidedBy,
    Optional<Line> onTheWayTo,
    boolean onlyIfSomethingBelow,
    List<Line> matching) {
  public Explanation {
    matching = List.copyOf(matching);
  }

  /**
   * A line of the specification.
   *
   * @param number counted from 1
   * @param text without blanks around it
   */
  public record Line(int number, String text) {}
}
