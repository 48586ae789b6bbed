package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.LayerNames;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;

/** The paths in a layer that are about the layer itself, not in one of the visible trees. */
final class HiddenPaths {
  private final TreePath data;
  private final TreePath provenance;

  HiddenPaths(ByteString prefix) {
    LayerNames names = new LayerNames(prefix);
    this.data = TreePath.ofRelative(names.data());
    this.provenance = TreePath.ofRelative(names.provenance());
  }

  boolean contain(TreeItem item) {
    TreePath path = LayerChanges.path(item);
    return path.isAtOrBelow(provenance) || path.isAtOrBelow(data);
  }
}
