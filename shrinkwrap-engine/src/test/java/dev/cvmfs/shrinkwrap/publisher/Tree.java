package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A tree of files to publish, described in code:
 *
 * <pre>{@code
 * Tree tree = new Tree();
 * tree.file("/bin/hello", "#!/bin/sh\necho hello\n").mode(0755);
 * tree.symlink("/bin/hi", "hello");
 * tree.directory("/software/v2").nestedCatalog();
 * }</pre>
 *
 * Parent directories come into being by themselves. Text paths are UTF-8; names that are not go
 * through {@link TreePath#of(byte[])}. A later description of the same path replaces the earlier.
 */
public final class Tree {
  private final NavigableMap<TreePath, Node> nodes = new TreeMap<>();

  public Tree() {
    nodes.put(TreePath.ROOT, Node.of(new Node.Directory(false)));
  }

  public Node file(String path, String content) {
    return file(TreePath.of(path), Content.of(content));
  }

  public Node file(String path, byte[] content) {
    return file(TreePath.of(path), Content.of(content));
  }

  public Node file(TreePath path, Content content) {
    return put(path, Node.of(new Node.RegularFile(content, List.of())));
  }

  /** The directory at that path, made if there is none yet. */
  public Node directory(String path) {
    return directory(TreePath.of(path));
  }

  public Node directory(TreePath path) {
    Node present = nodes.get(path);
    if (present != null && present.isDirectory()) {
      return present;
    }
    return put(path, Node.of(new Node.Directory(false)));
  }

  public Node symlink(String path, String target) {
    return symlink(TreePath.of(path), ByteString.of(target));
  }

  public Node symlink(TreePath path, ByteString target) {
    return put(path, Node.of(new Node.Symlink(target)));
  }

  public Node fifo(String path) {
    return special(TreePath.of(path), Entry.Special.Kind.FIFO, 0, 0);
  }

  public Node socket(String path) {
    return special(TreePath.of(path), Entry.Special.Kind.SOCKET, 0, 0);
  }

  public Node characterDevice(String path, int major, int minor) {
    return special(TreePath.of(path), Entry.Special.Kind.CHARACTER_DEVICE, major, minor);
  }

  public Node blockDevice(String path, int major, int minor) {
    return special(TreePath.of(path), Entry.Special.Kind.BLOCK_DEVICE, major, minor);
  }

  public Node special(TreePath path, Entry.Special.Kind kind, int major, int minor) {
    return put(path, Node.of(new Node.Special(kind, major, minor)));
  }

  /** Another name for a file that is there; CVMFS keeps the link only within one directory. */
  public Node hardLink(String path, String existing) {
    return hardLink(TreePath.of(path), TreePath.of(existing));
  }

  public Node hardLink(TreePath path, TreePath existing) {
    Node node = get(existing);
    if (node.isDirectory()) {
      throw new IllegalArgumentException("directories have no hard links: " + existing);
    }
    return put(path, node);
  }

  /** Removes what is at the path and below it. */
  public Tree remove(String path) {
    return remove(TreePath.of(path));
  }

  public Tree remove(TreePath path) {
    if (path.isRoot()) {
      throw new IllegalArgumentException("a tree keeps its root");
    }
    get(path);
    removeAtOrBelow(path);
    return this;
  }

  public Node get(String path) {
    return get(TreePath.of(path));
  }

  /**
   * What is at a path.
   *
   * @throws IllegalArgumentException if there is nothing
   */
  public Node get(TreePath path) {
    Node node = nodes.get(path);
    if (node == null) {
      throw new IllegalArgumentException("the tree has no " + path);
    }
    return node;
  }

  public boolean contains(TreePath path) {
    return nodes.containsKey(path);
  }

  /** All paths in order, the root included. */
  public NavigableMap<TreePath, Node> nodes() {
    return Collections.unmodifiableNavigableMap(nodes);
  }

  /** A tree of its own that looks the same; contents are shared, for they never change. */
  public Tree copy() {
    Tree copy = new Tree();
    Map<Node, Node> copies = new HashMap<>();
    nodes.forEach((path, node) -> copy.nodes.put(path, copies.computeIfAbsent(node, Node::copy)));
    return copy;
  }

  /** Whether the directory is the root of a catalog of its own. */
  boolean hasOwnCatalog(TreePath directory) {
    if (directory.isRoot()) {
      return true;
    }
    return get(directory).body() instanceof Node.Directory body
        && (body.nestedCatalog()
            || nodes.containsKey(directory.child(ByteString.of(".cvmfscatalog").bytes())));
  }

  private Node put(TreePath path, Node node) {
    if (path.isRoot() && !node.isDirectory()) {
      throw new IllegalArgumentException("the root is a directory");
    }
    if (!path.isRoot()) {
      directory(path.parent());
    }
    removeAtOrBelow(path);
    nodes.put(path, node);
    return node;
  }

  /** What lies below a path follows it directly in the order of paths. */
  private void removeAtOrBelow(TreePath path) {
    Iterator<TreePath> following = nodes.tailMap(path, true).keySet().iterator();
    while (following.hasNext() && following.next().isAtOrBelow(path)) {
      following.remove();
    }
  }
}
