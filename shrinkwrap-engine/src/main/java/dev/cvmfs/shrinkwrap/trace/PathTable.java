package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.Arrays;

/**
 * A set of paths, each with a few facts, in about 40 bytes for each component that no other path
 * has: a tree whose nodes are numbers, with a hash table over parent and name.
 *
 * <p>Node 0 is the root. A node that nobody used is only on the way to others.
 */
final class PathTable {
  static final int ROOT = 0;
  private static final int FIRST_CAPACITY = 1 << 10;
  private static final byte UNUSED = 0;

  private int size = 1;
  private int[] parents = new int[FIRST_CAPACITY];
  private int[] nameStarts = new int[FIRST_CAPACITY + 1];
  private byte[] uses = new byte[FIRST_CAPACITY];
  private int[] runs = new int[FIRST_CAPACITY];
  private int[] lastRuns = new int[FIRST_CAPACITY];
  private byte[] names = new byte[FIRST_CAPACITY * 16];
  private int[] slots = new int[FIRST_CAPACITY * 2];

  /** How many nodes there are; they have the numbers below. */
  int size() {
    return size;
  }

  /** The node of a path, which is added if it is not there. */
  int add(TreePath path) {
    byte[] bytes = path.bytes();
    int node = ROOT;
    int start = 1;
    while (start < bytes.length) {
      int end = TreePath.endOfName(bytes, start);
      node = child(node, bytes, start, end, true);
      start = end + 1;
    }
    return node;
  }

  /** The node of a path, or -1. */
  int find(TreePath path) {
    byte[] bytes = path.bytes();
    int node = ROOT;
    int start = 1;
    while (start < bytes.length && node >= 0) {
      int end = TreePath.endOfName(bytes, start);
      node = child(node, bytes, start, end, false);
      start = end + 1;
    }
    return node;
  }

  private int child(int parent, byte[] bytes, int from, int to, boolean add) {
    int slot = slot(parent, bytes, from, to);
    // Node 0 is nobody's child, so it stands for a free place.
    while (slots[slot] != 0) {
      int node = slots[slot];
      if (parents[node] == parent
          && Arrays.equals(names, nameStarts[node], nameStarts[node + 1], bytes, from, to)) {
        return node;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return add ? append(parent, bytes, from, to) : -1;
  }

  private int slot(int parent, byte[] bytes, int from, int to) {
    int hash = parent * 0x9e3779b9;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    return (hash ^ (hash >>> 15)) & (slots.length - 1);
  }

  private int append(int parent, byte[] bytes, int from, int to) {
    if (size == parents.length) {
      grow();
    }
    int node = size;
    int start = nameStarts[node];
    int end = Math.addExact(start, to - from);
    if (end > names.length) {
      names = Arrays.copyOf(names, Math.max(end, (int) Math.min(names.length * 3L / 2, 1 << 30)));
    }
    System.arraycopy(bytes, from, names, start, to - from);
    parents[node] = parent;
    nameStarts[node + 1] = end;
    size++;
    insert(node);
    return node;
  }

  private void insert(int node) {
    int slot = slot(parents[node], names, nameStarts[node], nameStarts[node + 1]);
    while (slots[slot] != 0) {
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = node;
  }

  private void grow() {
    int capacity = Math.multiplyExact(size, 2);
    parents = Arrays.copyOf(parents, capacity);
    nameStarts = Arrays.copyOf(nameStarts, capacity + 1);
    uses = Arrays.copyOf(uses, capacity);
    runs = Arrays.copyOf(runs, capacity);
    lastRuns = Arrays.copyOf(lastRuns, capacity);
    slots = new int[capacity * 2];
    for (int node = 1; node < size; node++) {
      insert(node);
    }
  }

  /**
   * Notes that a run used a path.
   *
   * @param run counted from 1
   */
  void use(int node, Use use, int run) {
    uses[node] = (byte) Math.max(uses[node], use.strength());
    if (lastRuns[node] != run) {
      lastRuns[node] = run;
      runs[node]++;
    }
  }

  /** Uses a path as another one is used, by as many runs or more. */
  void copyUse(int from, int to) {
    uses[to] = (byte) Math.max(uses[to], uses[from]);
    runs[to] = Math.max(runs[to], runs[from]);
  }

  /** Looks at a path in so many runs. */
  void lookAt(int node, int byRuns) {
    uses[node] = (byte) Math.max(uses[node], Use.LOOKED_AT.strength());
    runs[node] = Math.max(runs[node], byRuns);
  }

  boolean isUsed(int node) {
    return uses[node] != UNUSED;
  }

  boolean isUsedAs(int node, Use use) {
    return uses[node] == use.strength();
  }

  /** How many runs used it. */
  int runs(int node) {
    return runs[node];
  }

  int parent(int node) {
    return parents[node];
  }

  TreePath path(int node) {
    if (node == ROOT) {
      return TreePath.ROOT;
    }
    int length = 0;
    for (int at = node; at != ROOT; at = parents[at]) {
      length += 1 + nameStarts[at + 1] - nameStarts[at];
    }
    byte[] path = new byte[length];
    int end = length;
    for (int at = node; at != ROOT; at = parents[at]) {
      int nameLength = nameStarts[at + 1] - nameStarts[at];
      end -= nameLength;
      System.arraycopy(names, nameStarts[at], path, end, nameLength);
      end--;
      path[end] = '/';
    }
    return TreePath.of(path);
  }

  /** The children of all nodes, each node's sorted by the bytes of their names. */
  Children children() {
    int[] starts = new int[size + 1];
    for (int node = 1; node < size; node++) {
      starts[parents[node] + 1]++;
    }
    for (int node = 0; node < size; node++) {
      starts[node + 1] += starts[node];
    }
    int[] filled = Arrays.copyOf(starts, size);
    int[] all = new int[size - 1];
    for (int node = 1; node < size; node++) {
      all[filled[parents[node]]++] = node;
    }
    for (int node = 0; node < size; node++) {
      sort(all, starts[node], starts[node + 1]);
    }
    return new Children(starts, all);
  }

  private void sort(int[] all, int from, int to) {
    if (to - from < 2) {
      return;
    }
    Integer[] nodes = new Integer[to - from];
    for (int i = from; i < to; i++) {
      nodes[i - from] = all[i];
    }
    Arrays.sort(nodes, this::compareNames);
    for (int i = from; i < to; i++) {
      all[i] = nodes[i - from];
    }
  }

  private int compareNames(int left, int right) {
    return Arrays.compareUnsigned(
        names,
        nameStarts[left],
        nameStarts[left + 1],
        names,
        nameStarts[right],
        nameStarts[right + 1]);
  }

  /** The children of nodes as they were when this was made. */
  static final class Children {
    private final int[] starts;
    private final int[] all;

    private Children(int[] starts, int[] all) {
      this.starts = starts;
      this.all = all;
    }

    int count(int node) {
      return starts[node + 1] - starts[node];
    }

    int get(int node, int index) {
      return all[starts[node] + index];
    }
  }
}
