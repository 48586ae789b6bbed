package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The original program's reading (spec_tree.cc): a tree of names with one mode a node, to which
 * each line adds its node and those on the way; a later line for the same path replaces the mode.
 *
 * <p>A line below a node that is there only for the sake of an exclusion is where the original goes
 * wrong. If that node is the direct parent, it never ends: here the nodes on the way become what
 * they were about to become, directories on the way. Otherwise it ends and does not find the line's
 * path any more: so do we. Both are told in {@link #remarks}.
 */
final class OriginalRules implements Rules {
  private enum Mode {
    ENTRY,
    TREE,
    LISTING,
    EXCLUDED,
    ON_THE_WAY,
    ON_THE_WAY_TO_EXCLUDED
  }

  private final Node root = new Node(Mode.ENTRY);
  private final List<Remark> remarks = new ArrayList<>();
  private final byte[] source;

  OriginalRules(List<Rule> rules, byte[] source) {
    this.source = source;
    rules.forEach(this::add);
    rules.forEach(this::checkReach);
  }

  /** Lines with which the original never ends, or that it loses. */
  List<Remark> remarks() {
    return List.copyOf(remarks);
  }

  private void add(Rule rule) {
    Mode onTheWay = rule.form().includes() ? Mode.ON_THE_WAY : Mode.ON_THE_WAY_TO_EXCLUDED;
    List<Node> way = new ArrayList<>();
    Node node = root;
    for (NamePattern name : rule.path().names()) {
      way.add(node);
      node = node.children.computeIfAbsent(name.text(), text -> new Node(onTheWay));
    }
    if (rule.form().includes() && !way.isEmpty()) {
      repair(way, rule);
    }
    node.mode = mode(rule.form());
    node.line = rule.line();
  }

  private void repair(List<Node> way, Rule rule) {
    if (way.get(way.size() - 1).mode != Mode.ON_THE_WAY_TO_EXCLUDED) {
      return;
    }
    for (Node node : way) {
      if (node.mode == Mode.ON_THE_WAY_TO_EXCLUDED) {
        node.mode = Mode.ON_THE_WAY;
      }
    }
    remark(
        rule,
        "the original program never ends with this line, because an earlier one excludes something"
            + " below %s; it needs exclusions last".formatted(parent(rule)));
  }

  private void remark(Rule rule, String message) {
    remarks.add(new Remark(rule.line(), Remark.Kind.ORIGINAL, message));
  }

  private static String parent(Rule rule) {
    return rule.path().literal().parent().toString();
  }

  private void checkReach(Rule rule) {
    if (!rule.form().includes()) {
      return;
    }
    Place place = find(rule.path().literal().bytes());
    if (place.excluded() && place.line() < rule.line()) {
      remark(
          rule,
          "the original program does not include again what line %d excludes"
              .formatted(place.line()));
    } else if (!place.reached() && !place.excluded()) {
      remark(
          rule,
          "the original program loses %s, because an earlier line excludes something beside it; it needs exclusions last"
              .formatted(rule.path()));
    }
  }

  private static Mode mode(Rule.Form form) {
    return switch (form) {
      case ENTRY -> Mode.ENTRY;
      case TREE -> Mode.TREE;
      case LISTING -> Mode.LISTING;
      case NOT_TREE, NOT_BELOW -> Mode.EXCLUDED;
    };
  }

  /**
   * Where a path leads.
   *
   * @param reached whether it and all above it match
   * @param excluded whether an exclusion is what stops it
   * @param node what is there, or null, which stays inside this class
   */
  private record Place(
      boolean reached, boolean excluded, boolean insideTree, int line, @Nullable Node node) {}

  private Place find(byte[] path) {
    Node node = root;
    boolean insideTree = root.mode == Mode.TREE;
    int line = root.line;
    int start = 1;
    if (root.mode == Mode.EXCLUDED) {
      return new Place(false, true, false, root.line, null);
    }
    while (start < path.length) {
      int end = TreePath.endOfName(path, start);
      boolean insideListing = node.mode == Mode.LISTING;
      Node child = node.children.get(ByteString.of(Arrays.copyOfRange(path, start, end)));
      if (child == null) {
        boolean last = end == path.length;
        boolean matches = insideTree || (insideListing && last);
        return new Place(matches, false, insideTree, matches ? line : 0, null);
      }
      if (child.mode == Mode.EXCLUDED) {
        return new Place(false, true, false, child.line, null);
      }
      boolean byItself = child.mode != Mode.ON_THE_WAY_TO_EXCLUDED;
      if (!byItself && !insideTree && !insideListing) {
        return new Place(false, false, false, 0, null);
      }
      insideTree |= child.mode == Mode.TREE;
      line = child.line > 0 ? child.line : line;
      node = child;
      start = end + 1;
    }
    return new Place(true, false, insideTree, line, node);
  }

  @Override
  public Answer answer(byte[] path) {
    Place place = find(path);
    Node node = place.node();
    boolean descends = place.reached() && place.insideTree();
    int way = place.line();
    if (node != null && !descends && node.mode != Mode.LISTING) {
      way = node.firstIncludedBelow();
      descends = way > 0;
    } else if (node != null) {
      descends = true;
    }
    boolean wanted = place.reached() && (node == null || node.mode != Mode.ON_THE_WAY);
    boolean includes = place.reached() || path.length == 0;
    return new Answer(wanted, includes, descends, place.line(), descends ? way : 0);
  }

  /** Only the very same text is known to mean the same. */
  @Override
  public byte[] coverage(TreePath path) {
    return source.clone();
  }

  private static final class Node {
    private final Map<ByteString, Node> children = new HashMap<>();
    private Mode mode;
    private int line;

    Node(Mode mode) {
      this.mode = mode;
    }

    /** The first line about something below that a listing made of the tree alone has; or 0. */
    int firstIncludedBelow() {
      int first = 0;
      for (Node child : children.values()) {
        if (child.mode != Mode.EXCLUDED && child.mode != Mode.ON_THE_WAY_TO_EXCLUDED) {
          int line = child.mode == Mode.ON_THE_WAY ? child.firstIncludedBelow() : child.line;
          first = first == 0 || (line > 0 && line < first) ? line : first;
        }
      }
      return first;
    }
  }
}
