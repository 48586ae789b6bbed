package dev.cvmfs.shrinkwrap.spec;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules as a tree of path components, so that a question costs one step a component, whatever
 * the number of rules.
 *
 * <p>A rule is kept as one number, {@code line * 2 + (includes ? 1 : 0)}, so that "the last rule
 * that matches" is the greatest number, its lowest bit is the answer, and 0 means that no rule
 * matches. What holds for paths the rules do not name ("any other child", "anything deeper") is
 * worked out once, when the tree is built: a node knows whether anything at or below it can be
 * wanted, which is what makes it a directory on the way.
 */
final class RuleTree {

  /** What the tree says about one path. */
  enum Answer {
    /** Neither the path nor anything below it. */
    NO(false, false),
    /** The path, but nothing below it. */
    ENTRY(true, false),
    /** The path, and something below it may be wanted. */
    ENTRY_AND_BELOW(true, true);

    final boolean includes;
    final boolean descends;

    Answer(boolean includes, boolean descends) {
      this.includes = includes;
      this.descends = descends;
    }
  }

  private final Node root;

  private RuleTree(Node root) {
    this.root = root;
  }

  static RuleTree of(List<Rule> rules) {
    Builder builder = new Builder();
    rules.forEach(builder::add);
    return new RuleTree(builder.build(0, 0));
  }

  /** The answer for a path as {@code TreePath} keeps it; the root directory is always wanted. */
  Answer find(byte[] path) {
    Node node = root;
    int start = 1;
    while (start < path.length) {
      int end = start;
      while (end < path.length && path[end] != '/') {
        end++;
      }
      Node child = node.child(path, start, end);
      if (child == null) {
        return end < path.length ? node.deeper : node.otherChild;
      }
      node = child;
      start = end + 1;
    }
    return path.length == 0 && !node.answer.includes ? Answer.ENTRY : node.answer;
  }

  private static final class Node {
    private final Answer answer;
    private final Answer otherChild;
    private final Answer deeper;
    private final byte[][] names;
    private final Node[] children;

    Node(Answer answer, Answer otherChild, Answer deeper, byte[][] names, Node[] children) {
      this.answer = answer;
      this.otherChild = otherChild;
      this.deeper = deeper;
      this.names = names;
      this.children = children;
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
      byte[] path = rule.path().bytes();
      Builder node = this;
      int start = 1;
      while (start < path.length) {
        int end = start;
        while (end < path.length && path[end] != '/') {
          end++;
        }
        byte[] name = Arrays.copyOfRange(path, start, end);
        node = node.children.computeIfAbsent(name, n -> new Builder());
        start = end + 1;
      }
      node.note(rule);
    }

    private void note(Rule rule) {
      int number = rule.line() * 2 + (rule.form().includes ? 1 : 0);
      if (rule.form().coversEntry) {
        entry = Math.max(entry, number);
      }
      if (rule.form().coversChildren) {
        anyChild = Math.max(anyChild, number);
      }
      if (rule.form().coversDeeper) {
        anyDeeper = Math.max(anyDeeper, number);
      }
    }

    /**
     * Closes the node.
     *
     * @param fromParent the last rule that the parent has for any of its children
     * @param fromAbove the last rule that the parent has for anything deeper than its children
     */
    Node build(int fromParent, int fromAbove) {
      int here = Math.max(entry, fromParent);
      int child = Math.max(anyChild, fromAbove);
      int deeper = Math.max(anyDeeper, fromAbove);
      byte[][] names = children.keySet().toArray(new byte[0][]);
      Node[] nodes = new Node[names.length];
      boolean below = includes(child) || includes(deeper);
      int index = 0;
      for (Builder childBuilder : children.values()) {
        nodes[index] = childBuilder.build(child, deeper);
        below |= nodes[index].answer.includes;
        index++;
      }
      return new Node(
          answer(includes(here) || below, below),
          answer(includes(child) || includes(deeper), includes(deeper)),
          answer(includes(deeper), includes(deeper)),
          names,
          nodes);
    }

    private static boolean includes(int number) {
      return (number & 1) == 1;
    }

    private static Answer answer(boolean includes, boolean descends) {
      if (!includes) {
        return Answer.NO;
      }
      return descends ? Answer.ENTRY_AND_BELOW : Answer.ENTRY;
    }
  }
}
