package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.List;

/**
 * Everything a catalog says about its part of the tree, so that two revisions can be compared.
 *
 * @param mountpoint path of the directory that the catalog describes
 * @param rows in path order, the mountpoint's own row first
 */
record CatalogContents(
    TreePath mountpoint, List<CatalogRow> rows, List<Chunk> chunks, List<Nested> nested) {

  CatalogContents {
    rows = List.copyOf(rows);
    chunks = List.copyOf(chunks);
    nested = List.copyOf(nested);
  }

  /** A piece of a file; offset and size in bytes of plain content. */
  record Chunk(TreePath path, long offset, long size, ContentHash hash) {}

  /**
   * A nested catalog.
   *
   * @param size bytes of the database, not compressed
   * @param statistics of the nested catalog and those below it
   */
  record Nested(TreePath path, ContentHash hash, long size, CatalogStatistics statistics) {}
}
