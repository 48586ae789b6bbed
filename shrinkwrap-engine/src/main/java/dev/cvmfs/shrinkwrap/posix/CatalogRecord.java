package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Notes the nested catalogs of a walk, and keeps it out of those that are as they were in the run
 * before.
 */
final class CatalogRecord implements CatalogGate {
  private final SortedMap<TreePath, ContentHash> before;
  private final Predicate<TreePath> isPresent;
  private final SortedMap<TreePath, ContentHash> now = new TreeMap<>();
  private final Set<TreePath> skipped = new HashSet<>();

  /**
   * @param before the catalogs whose part of the tree is on disk; none if that is not certain
   * @param isPresent whether a directory is on disk
   */
  CatalogRecord(SortedMap<TreePath, ContentHash> before, Predicate<TreePath> isPresent) {
    this.before = before;
    this.isPresent = isPresent;
  }

  @Override
  public boolean enters(TreePath mountpoint, ContentHash catalog) {
    return !Optional.of(catalog).equals(Optional.ofNullable(before.get(mountpoint)))
        || !isPresent.test(mountpoint);
  }

  @Override
  public void entered(TreePath mountpoint, ContentHash catalog) {
    now.put(mountpoint, catalog);
  }

  @Override
  public void skipped(TreePath mountpoint, ContentHash catalog) {
    skipped.add(mountpoint);
    // This one and those below it, which are not seen, are as they were.
    before.tailMap(mountpoint).entrySet().stream()
        .takeWhile(nested -> nested.getKey().isAtOrBelow(mountpoint))
        .forEach(nested -> now.put(nested.getKey(), nested.getValue()));
  }

  boolean isSkipped(TreePath directory) {
    return skipped.contains(directory);
  }

  boolean skippedAny() {
    return !skipped.isEmpty();
  }

  SortedMap<TreePath, ContentHash> catalogs() {
    return now;
  }
}
