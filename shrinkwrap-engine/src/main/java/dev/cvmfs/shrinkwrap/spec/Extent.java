package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.spec.Rule.Form;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a specification without wildcards wants, whatever lines say so. To each path belongs one of
 * four {@link Level levels}, and to each level one that paths below have unless they are named; so
 * a small tree of names says everything, can be compared with another, and written as the fewest
 * lines.
 */
public final class Extent {

  /** How much of a path is wanted. */
  public enum Level {
    NOTHING("nothing"),
    ENTRY("the entry alone"),
    CHILDREN("the entry and its direct children"),
    TREE("everything below");

    private final String meaning;

    Level(String meaning) {
      this.meaning = meaning;
    }

    /** For people. */
    public String meaning() {
      return meaning;
    }

    /** What children have that nobody names. */
    Level below() {
      return switch (this) {
        case TREE -> TREE;
        case CHILDREN -> ENTRY;
        default -> NOTHING;
      };
    }

    Level or(Level other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  /**
   * A place where two specifications differ, and below which they go on to differ in the same way
   * unless another difference says otherwise.
   */
  public record Difference(TreePath path, Level left, Level right) {}

  private final Level level;
  private final Map<ByteString, Extent> children;

  private Extent(Level level, Map<ByteString, Extent> children) {
    this.level = level;
    this.children = children;
  }

  /**
   * The extent of a specification.
   *
   * @throws SpecFailure if it has wildcards, or is not read by the last rule that matches
   */
  public static Extent of(SpecificationFile specification) {
    if (specification.reading() != Reading.LAST_MATCH) {
      throw new SpecFailure(
          specification.name() + " cannot be compared in the original program's reading");
    }
    for (Rule rule : specification.rules()) {
      if (!rule.path().isLiteral()) {
        throw new SpecFailure(
            "%s:%d: what %s matches only a repository tells, so it can be neither compared nor merged\nwith a configuration (-c) 'spec diff' lists the entries that differ"
                .formatted(specification.name(), rule.line(), rule.path()));
      }
    }
    return RuleTree.of(specification.rules()).extent();
  }

  /** A part of a tree; children that have what they would have anyway are left out. */
  static Extent of(Level level, Map<ByteString, Extent> children) {
    Map<ByteString, Extent> named = new TreeMap<>();
    children.forEach(
        (name, child) -> {
          if (child.level != level.below() || !child.children.isEmpty()) {
            named.put(name, child);
          }
        });
    return new Extent(level, named);
  }

  private static Extent plain(Level level) {
    return new Extent(level, Map.of());
  }

  private Extent child(ByteString name) {
    Extent child = children.get(name);
    return child == null ? plain(level.below()) : child;
  }

  /** What either of two wants. */
  public Extent or(Extent other) {
    Map<ByteString, Extent> both = new TreeMap<>();
    for (ByteString name : names(other)) {
      both.put(name, child(name).or(other.child(name)));
    }
    return of(level.or(other.level), both);
  }

  private Set<ByteString> names(Extent other) {
    Set<ByteString> names = new TreeSet<>(children.keySet());
    names.addAll(other.children.keySet());
    return names;
  }

  /** Where two differ, in the order of paths. */
  public List<Difference> differences(Extent other) {
    List<Difference> differences = new ArrayList<>();
    compare(TreePath.ROOT, other, Level.NOTHING, Level.NOTHING, differences);
    return differences;
  }

  private void compare(
      TreePath path, Extent other, Level expected, Level otherExpected, List<Difference> found) {
    boolean told = level == expected && other.level == otherExpected;
    if (level != other.level && !told) {
      found.add(new Difference(path, level, other.level));
    }
    if (level == other.level && expected != otherExpected) {
      // Here the difference that was told above ends.
      found.add(new Difference(path, level, other.level));
    }
    for (ByteString name : names(other)) {
      child(name)
          .compare(
              path.child(name.bytes()),
              other.child(name),
              level.below(),
              other.level.below(),
              found);
    }
  }

  /** The fewest lines that say so, in the order of paths. */
  public byte[] text() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    write(TreePath.ROOT, Level.NOTHING, text);
    return text.toByteArray();
  }

  private void write(TreePath path, Level inherited, ByteArrayOutputStream text) {
    if (level != inherited) {
      if (level.compareTo(inherited) < 0) {
        boolean all = level == Level.NOTHING && !path.isRoot();
        line(all ? Form.NOT_TREE : Form.NOT_BELOW, path, text);
      }
      boolean cut = level.compareTo(inherited) < 0;
      if (level == Level.CHILDREN) {
        line(Form.LISTING, path, text);
      } else if (level == Level.TREE) {
        line(Form.TREE, path, text);
      } else if (level == Level.ENTRY && !cut && !path.isRoot()) {
        line(Form.ENTRY, path, text);
      }
    }
    children.forEach((name, child) -> child.write(path.child(name.bytes()), level.below(), text));
  }

  private static void line(Form form, TreePath path, ByteArrayOutputStream text) {
    text.writeBytes(Rule.write(form, path));
    text.write('\n');
  }
}
