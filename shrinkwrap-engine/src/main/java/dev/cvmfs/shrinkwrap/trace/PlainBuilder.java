package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.spec.Rule;
import dev.cvmfs.shrinkwrap.spec.Rule.Form;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * A specification without looking into the repository: what the original's {@code spec_builder.py}
 * makes of a trace, line by line and in its order. Paths that were listed come with their direct
 * children, and with {@link Policy#PDIR} so do the directories of opened files.
 *
 * <p>The lines come in the order of paths as plain bytes, so {@code /a-x} lies between {@code /a}
 * and {@code /a/b}; each is written when the next path is not below it, and those that are left at
 * the end from the top down. That is not the smallest specification; with a catalog there is one.
 */
final class PlainBuilder {
  private record Point(TreePath path, boolean listed) {}

  private final List<byte[]> lines = new ArrayList<>();
  private final Deque<Point> open = new ArrayDeque<>();

  private PlainBuilder() {}

  /**
   * The lines.
   *
   * @param minRuns how many runs must have used a path
   */
  static List<byte[]> build(PathTable table, Policy policy, int minRuns) {
    List<Point> points = new ArrayList<>();
    boolean[] listedParents = new boolean[table.size()];
    for (int node = 0; node < table.size(); node++) {
      if (table.isUsed(node) && table.runs(node) >= minRuns) {
        points.add(new Point(table.path(node), table.isUsedAs(node, Use.LISTED)));
        int parent = table.parent(node);
        if (policy == Policy.PDIR && table.isUsedAs(node, Use.OPENED) && !listedParents[parent]) {
          listedParents[parent] = true;
          points.add(new Point(table.path(parent), true));
        }
      }
    }
    points.sort((one, two) -> Arrays.compareUnsigned(one.path().bytes(), two.path().bytes()));
    return new PlainBuilder().build(points);
  }

  private List<byte[]> build(List<Point> points) {
    for (Point point : points) {
      while (!open.isEmpty() && !point.path().isAtOrBelow(open.getLast().path())) {
        write(open.removeLast());
      }
      add(point);
    }
    open.forEach(this::write);
    return lines;
  }

  private void add(Point point) {
    if (!open.isEmpty() && open.getLast().path().equals(point.path())) {
      Point same = open.removeLast();
      open.addLast(new Point(point.path(), same.listed() || point.listed()));
      return;
    }
    boolean covered =
        !point.listed()
            && !open.isEmpty()
            && open.getLast().listed()
            && open.getLast().path().equals(point.path().parent());
    if (!covered) {
      open.addLast(point);
    }
  }

  private void write(Point point) {
    byte[] line = Rule.write(point.listed() ? Form.LISTING : Form.ENTRY, point.path());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (line[0] != '^') {
      // The original marks single entries too, which means the same.
      out.write('^');
    }
    out.writeBytes(line);
    lines.add(out.toByteArray());
  }
}
