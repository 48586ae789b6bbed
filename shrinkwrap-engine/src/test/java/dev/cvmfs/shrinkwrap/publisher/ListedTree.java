package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Builds trees from listings. */
final class ListedTree {

  private ListedTree() {}

  /** Where a listed file's content comes from. */
  interface ContentSource {
    Content get() throws IOException;
  }

  /**
   * Adds an entry.
   *
   * @param links the first path of each hard link group met so far; added to
   * @param chunkSizes how the content is to be cut; empty to leave it to the publisher
   */
  static void add(
      Tree tree,
      ListedEntry entry,
      Map<String, TreePath> links,
      ContentSource content,
      List<Long> chunkSizes)
      throws IOException {
    Node node = make(tree, entry, links, content);
    node.attributes(
        new Attributes(
            entry.permissions(), entry.uid(), entry.gid(), entry.mtime(), entry.xattrs()));
    if (!chunkSizes.isEmpty()) {
      node.chunks(chunkSizes);
    }
  }

  private static Node make(
      Tree tree, ListedEntry entry, Map<String, TreePath> links, ContentSource content)
      throws IOException {
    TreePath path = entry.path();
    if (entry.linkGroup().isPresent()) {
      TreePath first = links.putIfAbsent(entry.linkGroup().orElseThrow(), path);
      if (first != null) {
        return tree.hardLink(path, first);
      }
    }
    if (entry.isDirectory()) {
      return tree.directory(path);
    }
    if (entry.isRegularFile()) {
      return tree.file(path, content.get());
    }
    if (entry.isSymlink()) {
      return tree.symlink(path, entry.target().orElseThrow());
    }
    if (entry.device().isPresent()) {
      String[] numbers = entry.device().orElseThrow().split(":", 2);
      return tree.special(
          path,
          entry.isCharacterDevice()
              ? Entry.Special.Kind.CHARACTER_DEVICE
              : Entry.Special.Kind.BLOCK_DEVICE,
          Integer.parseInt(numbers[0]),
          Integer.parseInt(numbers[1]));
    }
    return tree.special(
        path, entry.isFifo() ? Entry.Special.Kind.FIFO : Entry.Special.Kind.SOCKET, 0, 0);
  }
}
