package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.HashMap;
import java.util.Map;

/** The link counts of a tree: subdirectories of directories, names of hard linked files. */
final class TreeLinks {
  private final Map<TreePath, Long> subdirectories = new HashMap<>();
  private final Map<Node, Map<TreePath, Long>> names = new HashMap<>();

  TreeLinks(Tree tree) {
    tree.nodes()
        .forEach(
            (path, node) -> {
              if (node.isDirectory() && !path.isRoot()) {
                subdirectories.merge(path.parent(), 1L, Long::sum);
              } else if (!node.isDirectory()) {
                names
                    .computeIfAbsent(node, key -> new HashMap<>())
                    .merge(path.parent(), 1L, Long::sum);
              }
            });
  }

  /**
   * The link count of what is at a path. CVMFS keeps hard links only within a directory, so names
   * elsewhere do not count.
   */
  long count(TreePath path, Node node) {
    if (node.isDirectory()) {
      return 2 + subdirectories.getOrDefault(path, 0L);
    }
    return names.getOrDefault(node, Map.of()).getOrDefault(path.parent(), 1L);
  }
}
