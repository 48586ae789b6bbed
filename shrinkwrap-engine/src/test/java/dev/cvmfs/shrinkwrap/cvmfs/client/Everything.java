package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.List;
import java.util.stream.Stream;

/** Wants all but what is below some directories. */
record Everything(List<TreePath> exceptBelow) implements Specification {

  static Specification specification() {
    return new Everything(List.of());
  }

  static Specification exceptBelow(String... directories) {
    return new Everything(Stream.of(directories).map(TreePath::of).toList());
  }

  @Override
  public boolean includes(TreePath path) {
    return exceptBelow.stream()
        .noneMatch(directory -> path.isAtOrBelow(directory) && !path.equals(directory));
  }

  @Override
  public boolean descends(TreePath directory) {
    return exceptBelow.stream().noneMatch(directory::isAtOrBelow);
  }

  @Override
  public byte[] source() {
    return new byte[0];
  }
}
