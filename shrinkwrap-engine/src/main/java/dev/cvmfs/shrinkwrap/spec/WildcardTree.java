package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.spec.NamePattern.Kind;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules with wildcards, as a tree like {@link RuleTree} in which a name may lead to several
 * nodes at once. A {@code **} is a node that every name leads back to, and that is reached together
 * with the node it hangs from.
 */
final class WildcardTree {
  private final boolean empty;
  private final int lastExclusion;
  private final Place top;

  /** The directory of the last question: the next is mostly about the same. */
  private volatile Place last;

  private WildcardTree(Node root, List<Rule> rules) {
    this.top = Place.top(root);
    this.last = top;
    this.empty = rules.isEmpty();
    this.lastExclusion =
        rules.stream()
            .filter(rule -> !rule.form().includes())
            .mapToInt(Rule::number)
            .max()
            .orElse(0);
  }

  static WildcardTree of(List<Rule> rules) {
    Node root = new Node(false);
    rules.forEach(root::add);
    root.sumUp();
    return new WildcardTree(root, rules);
  }

  boolean isEmpty() {
    return empty;
  }

  /** The number of the last rule that excludes; 0 if none does. */
  int lastExclusion() {
    return lastExclusion;
  }

  /** What the rules say about a path as {@code TreePath} keeps it. */
  Verdict find(byte[] path) {
    if (path.length == 0) {
      return top.verdict;
    }
    int slash = path.length - 1;
    while (path[slash] != '/') {
      slash--;
    }
    Place directory = last;
    if (!directory.is(path, slash)) {
      directory = top;
      int start = 1;
      while (start <= slash) {
        int end = TreePath.endOfName(path, start);
        directory = directory.child(path, start, end);
        start = end + 1;
      }
      last = directory;
    }
    return directory.child(path, slash + 1, path.length).verdict;
  }

  /** Where a path leads. */
  private static final class Place {
    private final byte[] path;
    private final List<Node> nodes;
    private final Verdict verdict;

    private Place(byte[] path, List<Node> nodes, int fromParent, int fromAbove) {
      this.path = path;
      this.nodes = nodes;
      this.verdict = WildcardTree.verdict(nodes, fromParent, fromAbove);
    }

    static Place top(Node root) {
      List<Node> nodes = new ArrayList<>();
      root.reach(nodes);
      return new Place(new byte[0], nodes, 0, 0);
    }

    Place child(byte[] of, int from, int to) {
      List<Node> next = new ArrayList<>();
      for (Node node : nodes) {
        node.step(of, from, to, next);
      }
      return new Place(Arrays.copyOf(of, to), next, verdict.child(), verdict.deeper());
    }

    boolean is(byte[] other, int length) {
      return path.length == length && Arrays.equals(path, 0, length, other, 0, length);
    }
  }

  private static Verdict verdict(List<Node> nodes, int fromParent, int fromAbove) {
    int here = fromParent;
    int child = fromAbove;
    int deeper = fromAbove;
    int named = 0;
    for (Node node : nodes) {
      here = Math.max(here, node.entry);
      child = Math.max(child, node.anyChild);
      deeper = Math.max(deeper, node.anyDeeper);
      named = Math.max(named, node.named);
    }
    return new Verdict(here, child, deeper, named);
  }

  private static final class Node {
    private final boolean anyDepth;
    private final Map<NamePattern, Node> wildcards = new HashMap<>();
    private final Map<ByteString, Node> names = new HashMap<>();
    private final List<Branch> branches = new ArrayList<>();
    private @Nullable Node below;
    private int entry;
    private int anyChild;
    private int anyDeeper;
    private int named;

    Node(boolean anyDepth) {
      this.anyDepth = anyDepth;
    }

    void add(Rule rule) {
      Node node = this;
      for (NamePattern name : rule.path().names()) {
        node = node.under(name);
      }
      if (rule.form().coversEntry()) {
        node.entry = Math.max(node.entry, rule.number());
      }
      if (rule.form().coversChildren()) {
        node.anyChild = Math.max(node.anyChild, rule.number());
      }
      if (rule.form().coversDeeper()) {
        node.anyDeeper = Math.max(node.anyDeeper, rule.number());
      }
    }

    private Node under(NamePattern name) {
      if (name.kind() == Kind.ANY_DEPTH) {
        if (below == null) {
          below = new Node(true);
        }
        return below;
      }
      if (name.kind() == Kind.NAME) {
        return names.computeIfAbsent(name.text(), text -> new Node(false));
      }
      return wildcards.computeIfAbsent(
          name,
          wildcard -> {
            Node node = new Node(false);
            branches.add(new Branch(new NamePattern.Matcher(wildcard), node));
            return node;
          });
    }

    /** Works out the last including rule below, and returns it for here and below. */
    int sumUp() {
      for (Node node : names.values()) {
        named = Math.max(named, node.sumUp());
      }
      for (Branch branch : branches) {
        named = Math.max(named, branch.node.sumUp());
      }
      int all = named;
      if (below != null) {
        all = Math.max(all, below.sumUp());
      }
      for (int number : new int[] {entry, anyChild, anyDeeper}) {
        if (Verdict.includes(number)) {
          all = Math.max(all, number);
        }
      }
      if (anyDepth) {
        // It comes again below itself.
        named = all;
      }
      return all;
    }

    /** Adds the node and what is reached with it. */
    void reach(List<Node> reached) {
      if (!reached.contains(this)) {
        reached.add(this);
        if (below != null) {
          below.reach(reached);
        }
      }
    }

    /** Adds what a name leads to from here. */
    void step(byte[] path, int from, int to, List<Node> reached) {
      if (anyDepth) {
        reach(reached);
      }
      Node named =
          names.isEmpty() ? null : names.get(ByteString.of(Arrays.copyOfRange(path, from, to)));
      if (named != null) {
        named.reach(reached);
      }
      for (Branch branch : branches) {
        if (branch.matcher.matches(path, from, to)) {
          branch.node.reach(reached);
        }
      }
    }
  }

  private record Branch(NamePattern.Matcher matcher, Node node) {}
}
