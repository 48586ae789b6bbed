package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.spec.NamePattern.Kind;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The path of a rule, component by component.
 *
 * @param names none for the root
 */
public record PathPattern(List<NamePattern> names) {
  public PathPattern {
    names = List.copyOf(names);
  }

  /** Exactly this path. */
  public static PathPattern of(TreePath path) {
    return new PathPattern(components(path).stream().map(NamePattern::name).toList());
  }

  /** A path in which wildcards mean something. */
  static PathPattern withWildcards(TreePath path) {
    return new PathPattern(components(path).stream().map(NamePattern::of).toList());
  }

  private static List<byte[]> components(TreePath path) {
    List<byte[]> components = new ArrayList<>();
    byte[] bytes = path.bytes();
    int start = 1;
    while (start < bytes.length) {
      int end = TreePath.endOfName(bytes, start);
      components.add(Arrays.copyOfRange(bytes, start, end));
      start = end + 1;
    }
    return components;
  }

  /** Whether it is one path, without wildcards. */
  public boolean isLiteral() {
    return names.stream().allMatch(name -> name.kind() == Kind.NAME);
  }

  /**
   * The path.
   *
   * @throws IllegalStateException if there are wildcards
   */
  public TreePath literal() {
    if (!isLiteral()) {
      throw new IllegalStateException(this + " is not one path");
    }
    return literalPrefix();
  }

  /** The path down to the first wildcard. */
  public TreePath literalPrefix() {
    TreePath path = TreePath.ROOT;
    for (NamePattern name : names) {
      if (name.kind() != Kind.NAME) {
        break;
      }
      path = path.child(name.text().bytes());
    }
    return path;
  }

  /** Whether it matches a path. */
  public boolean matches(TreePath path) {
    boolean[] reached = new boolean[names.size() + 1];
    reached[0] = true;
    skipAnyDepth(reached);
    for (byte[] component : components(path)) {
      boolean[] next = new boolean[reached.length];
      for (int i = 0; i < names.size(); i++) {
        if (reached[i] && names.get(i).kind() == Kind.ANY_DEPTH) {
          next[i] = true;
        } else if (reached[i] && matchesName(names.get(i), component)) {
          next[i + 1] = true;
        }
      }
      skipAnyDepth(next);
      reached = next;
    }
    return reached[names.size()];
  }

  /** A {@code **} may stand for nothing. */
  private void skipAnyDepth(boolean[] reached) {
    for (int i = 0; i < names.size(); i++) {
      if (reached[i] && names.get(i).kind() == Kind.ANY_DEPTH) {
        reached[i + 1] = true;
      }
    }
  }

  private static boolean matchesName(NamePattern pattern, byte[] name) {
    return pattern.kind() == Kind.NAME
        ? Arrays.equals(pattern.text().bytes(), name)
        : new NamePattern.Matcher(pattern).matches(name, 0, name.length);
  }

  /**
   * Whether it may match the path, something above it, or something below it; yes in cases of
   * doubt.
   */
  boolean meets(TreePath path) {
    List<byte[]> components = components(path);
    for (int i = 0; i < Math.min(names.size(), components.size()); i++) {
      if (names.get(i).kind() == Kind.ANY_DEPTH) {
        return true;
      }
      if (!matchesName(names.get(i), components.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** For people: the root as {@code /}. */
  @Override
  public String toString() {
    return names.isEmpty()
        ? "/"
        : names.stream().map(name -> "/" + name.text()).collect(Collectors.joining());
  }
}
