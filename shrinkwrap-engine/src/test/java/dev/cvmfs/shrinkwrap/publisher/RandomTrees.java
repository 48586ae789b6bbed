package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes trees of every kind of file from a seed, and changes them as the next revision would. Only
 * sockets are left out, because layers cannot carry them. The same seed and calls give the same
 * trees.
 */
public final class RandomTrees {
  private static final int[] FILE_MODES = {0644, 0755, 0600, 0444, 04755, 02755, 01644, 0};
  private static final int[] DIRECTORY_MODES = {0755, 0700, 01777, 02775, 0500};
  private static final long[] OWNERS = {0, 0, 0, 1000, 65_534, 3_000_000_000L};
  private static final int[] SIZES = {0, 1, 17, 511, 512, 513, 4096, 20_000, 50_000};

  private final Random random;

  public RandomTrees(long seed) {
    this.random = new Random(seed);
  }

  /** A tree with about that many files; the root is not counted. */
  public Tree tree(int files) {
    Tree tree = new Tree();
    while (tree.nodes().size() <= files) {
      addSomething(tree);
    }
    return tree;
  }

  /** A copy with that many changes: additions, removals, changes of content, kind or attributes. */
  public Tree changed(Tree tree, int changes) {
    Tree changed = tree.copy();
    for (int i = 0; i < changes; i++) {
      change(changed);
    }
    return changed;
  }

  private void change(Tree tree) {
    List<TreePath> paths = new ArrayList<>(tree.nodes().keySet());
    paths.remove(TreePath.ROOT);
    if (paths.isEmpty() || random.nextInt(4) == 0) {
      addSomething(tree);
      return;
    }
    TreePath path = pick(paths);
    Node node = tree.get(path);
    switch (random.nextInt(5)) {
      case 0 -> tree.remove(path);
      case 1 -> decorate(node);
      case 2 -> addAt(tree, path);
      case 3 -> node.mtime(time(), random.nextInt(1_000_000_000));
      default -> {
        if (node.isRegularFile()) {
          node.content(content());
        } else {
          addSomething(tree);
        }
      }
    }
  }

  private void addSomething(Tree tree) {
    List<TreePath> directories =
        tree.nodes().entrySet().stream()
            .filter(entry -> entry.getValue().isDirectory())
            .map(entry -> entry.getKey())
            .toList();
    TreePath path = pick(directories).child(name());
    if (!tree.contains(path)) {
      addAt(tree, path);
    }
  }

  /** Puts something at a path, in place of what may be there. */
  private void addAt(Tree tree, TreePath path) {
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> decorate(tree.directory(path));
      case 3 -> {
        decorate(tree.directory(path)).nestedCatalog();
      }
      case 4 -> {
        tree.directory(path);
        tree.file(path.child(".cvmfscatalog".getBytes(StandardCharsets.UTF_8)), Content.of(""));
      }
      case 5, 6 -> decorate(tree.symlink(path, target(tree)));
      case 7 -> link(tree, path);
      case 8 -> decorate(tree.special(path, Entry.Special.Kind.FIFO, 0, 0));
      case 9 ->
          decorate(
              tree.special(
                  path,
                  random.nextBoolean()
                      ? Entry.Special.Kind.CHARACTER_DEVICE
                      : Entry.Special.Kind.BLOCK_DEVICE,
                  random.nextInt(4096),
                  random.nextInt(1 << 20)));
      default -> decorate(tree.file(path, content()));
    }
  }

  private void link(Tree tree, TreePath path) {
    List<TreePath> files =
        tree.nodes().entrySet().stream()
            .filter(entry -> entry.getValue().isRegularFile() && !entry.getKey().isAtOrBelow(path))
            .map(entry -> entry.getKey())
            .toList();
    if (files.isEmpty()) {
      decorate(tree.file(path, content()));
    } else {
      tree.hardLink(path, pick(files));
    }
  }

  private Node decorate(Node node) {
    int[] modes = node.isDirectory() ? DIRECTORY_MODES : FILE_MODES;
    if (!(node.body() instanceof Node.Symlink)) {
      node.mode(modes[random.nextInt(modes.length)]);
    }
    node.owner(OWNERS[random.nextInt(OWNERS.length)], OWNERS[random.nextInt(OWNERS.length)]);
    node.mtime(time(), random.nextBoolean() ? 0 : random.nextInt(1_000_000_000));
    if ((node.isDirectory() || node.isRegularFile()) && random.nextInt(4) == 0) {
      byte[] value = new byte[random.nextInt(40)];
      random.nextBytes(value);
      node.xattr("user." + (char) ('a' + random.nextInt(3)), value);
    }
    return node;
  }

  /** Few seeds, so that equal contents occur. */
  private Content content() {
    return Content.noise(random.nextInt(3), SIZES[random.nextInt(SIZES.length)]);
  }

  /** Few times, so that files that share all attributes occur. */
  private long time() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> -1_000;
      case 2 -> Node.DEFAULT_MTIME.seconds();
      default -> random.nextInt(Integer.MAX_VALUE);
    };
  }

  private ByteString target(Tree tree) {
    return random.nextBoolean()
        ? ByteString.of(pick(List.copyOf(tree.nodes().keySet())).toString())
        : ByteString.of(name());
  }

  private byte[] name() {
    return switch (random.nextInt(12)) {
      case 0 -> ("long" + "x".repeat(random.nextInt(200))).getBytes(StandardCharsets.UTF_8);
      case 1 -> ("ünïcödé-文件" + random.nextInt(9)).getBytes(StandardCharsets.UTF_8);
      case 2 -> new byte[] {'b', (byte) (0x80 + random.nextInt(128)), (byte) 0xff};
      case 3 -> (" odd\n'\"\\" + random.nextInt(9)).getBytes(StandardCharsets.UTF_8);
      case 4 -> ("-dash.d!" + random.nextInt(9)).getBytes(StandardCharsets.UTF_8);
      default -> ("n" + random.nextInt(1000)).getBytes(StandardCharsets.UTF_8);
    };
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
