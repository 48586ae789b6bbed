package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules without wildcards as a tree of path components, so that a question costs one step a
 * component, whatever the number of rules.
 *
 * <p>What holds for paths the rules do not name ("any other child", "anything deeper") is worked
 * out once, when the tree is built: a node knows whether anything at or below it can be wanted,
 * which is what makes it a directory on the way.
 */
final class RuleTree {
  private final Node root;

  private RuleTree(Node root) {
    this.root = root;
  }

  static RuleTree of(List<Rule> rules) {
    Builder builder = new Builder();
    rules.forEach(builder::add);
    return new RuleTree(builder.build(0, 0));
  }

  /** What the rules say about a path as {@code TreePath} keeps it. */
  Verdict find(byte[] path) {
    Node node = root;
    int start = 1;
    while (start < path.length) {
      int end = TreePath.endOfName(path, start);
      Node child = node.child(path, start, end);
      if (child == null) {
        return end < path.length ? node.underOtherChild() : node.otherChild();
      }
      node = child;
      start = end + 1;
    }
    return node.verdict;
  }

  /** The smallest description of all answers for the path and what is below it. */
  byte[] coverage(byte[] path) {
    Node node = root;
    int start = 1;
    while (start < path.length) {
      int end = TreePath.endOfName(path, start);
      Node child = node.child(path, start, end);
      if (child == null) {
        return leaf(end < path.length ? node.underOtherChild() : node.otherChild());
      }
      node = child;
      start = end + 1;
    }
    byte[] coverage = coverage(node);
    if (path.length == 0) {
      // The root is part of every slice.
      coverage[0] = '+';
    }
    return coverage;
  }

  private static byte[] coverage(Node node) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(leaf(node.verdict));
    byte[] otherChild = leaf(node.otherChild());
    for (int i = 0; i < node.names.length; i++) {
      byte[] child = coverage(node.children[i]);
      if (!Arrays.equals(child, otherChild)) {
        out.write('/');
        out.writeBytes(node.names[i]);
        out.write('/');
        out.writeBytes(child);
        out.write('.');
      }
    }
    return out.toByteArray();
  }

  /** What the rules want, in its normal form. */
  Extent extent() {
    return extent(root);
  }

  private static Extent extent(Node node) {
    Map<ByteString, Extent> children = new HashMap<>();
    for (int i = 0; i < node.names.length; i++) {
      children.put(ByteString.of(node.names[i]), extent(node.children[i]));
    }
    return Extent.of(level(node.verdict), children);
  }

  private static Extent.Level level(Verdict verdict) {
    if (Verdict.includes(verdict.deeper())) {
      return Extent.Level.TREE;
    }
    if (Verdict.includes(verdict.child())) {
      return Extent.Level.CHILDREN;
    }
    return verdict.wantsEntry() ? Extent.Level.ENTRY : Extent.Level.NOTHING;
  }

  private static byte[] leaf(Verdict verdict) {
    boolean below = verdict.wantsUnnamed() || verdict.named() > 0;
    return new byte[] {
      (byte) (verdict.wantsEntry() || below ? '+' : '-'),
      (byte) (verdict.wantsUnnamed() ? '+' : '-'),
      (byte) (Verdict.includes(verdict.deeper()) ? '+' : '-')
    };
  }

  private static final class Node {
    private final Verdict verdict;
    private final byte[][] names;
    private final Node[] children;

    Node(Verdict verdict, byte[][] names, Node[] children) {
      this.verdict = verdict;
      this.names = names;
      this.children = children;
    }

    /** What holds for children that no rule names. */
    Verdict otherChild() {
      return new Verdict(verdict.child(), verdict.deeper(), verdict.deeper(), 0);
    }

    /** What holds for everything below those. */
    Verdict underOtherChild() {
      return new Verdict(verdict.deeper(), verdict.deeper(), verdict.deeper(), 0);
    }

    /** The child named by a part of a path, or null, which stays inside this class. */
    @Nullable Node child(byte[] path, int from, int to) {
      int low = 0;
      int high = names.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        byte[] name = names[middle];
        int order = Arrays.compareUnsigned(name, 0, name.length, path, from, to);
        if (order == 0) {
          return children[middle];
        }
        if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return null;
    }
  }

  private static final class Builder {
    private final SortedMap<byte[], Builder> children = new TreeMap<>(Arrays::compareUnsigned);
    private int entry;
    private int anyChild;
    private int anyDeeper;

    void add(Rule rule) {
      Builder node = this;
      for (NamePattern name : rule.path().names()) {
        node = node.children.computeIfAbsent(name.text().bytes(), bytes -> new Builder());
      }
      node.note(rule);
    }

    private void note(Rule rule) {
      if (rule.form().coversEntry()) {
        entry = Math.max(entry, rule.number());
      }
      if (rule.form().coversChildren()) {
        anyChild = Math.max(anyChild, rule.number());
      }
      if (rule.form().coversDeeper()) {
        anyDeeper = Math.max(anyDeeper, rule.number());
      }
    }

    /**
     * Closes the node.
     *
     * @param fromParent the last rule that the parent has for any of its children
     * @param fromAbove the last rule that the parent has for anything deeper than its children
     */
    Node build(int fromParent, int fromAbove) {
      int child = Math.max(anyChild, fromAbove);
      int deeper = Math.max(anyDeeper, fromAbove);
      byte[][] names = children.keySet().toArray(new byte[0][]);
      Node[] nodes = new Node[names.length];
      int named = 0;
      int index = 0;
      for (Builder childBuilder : children.values()) {
        Node node = childBuilder.build(child, deeper);
        named = Math.max(named, lastInclude(node.verdict));
        nodes[index] = node;
        index++;
      }
      Verdict verdict = new Verdict(Math.max(entry, fromParent), child, deeper, named);
      return new Node(verdict, names, nodes);
    }

    private static int lastInclude(Verdict verdict) {
      int last = verdict.named();
      for (int number : new int[] {verdict.here(), verdict.child(), verdict.deeper()}) {
        if (Verdict.includes(number)) {
          last = Math.max(last, number);
        }
      }
      return last;
    }
  }
}
