package dev.cvmfs.it;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares two listings in every field and says in words what differs. */
public final class ListingDifference {
  private final List<String> differences = new ArrayList<>();

  private ListingDifference() {}

  /**
   * One line for each field of each entry that differs; none if the trees are the same. Hard links
   * that are expected must be there; further ones are no difference, because layers store equal
   * files once.
   */
  public static List<String> between(List<ListedEntry> expected, List<ListedEntry> actual) {
    ListingDifference comparison = new ListingDifference();
    Map<TreePath, ListedEntry> wanted = byPath(expected);
    Map<TreePath, ListedEntry> found = byPath(actual);
    TreeSet<TreePath> paths = new TreeSet<>(wanted.keySet());
    paths.addAll(found.keySet());
    for (TreePath path : paths) {
      comparison.compare(
          path, Optional.ofNullable(wanted.get(path)), Optional.ofNullable(found.get(path)));
    }
    comparison.compareLinks(expected, found);
    return List.copyOf(comparison.differences);
  }

  /** What layers can carry of a tree: everything but sockets. */
  public static List<ListedEntry> withoutSockets(List<ListedEntry> entries) {
    return entries.stream().filter(entry -> !entry.isSocket()).toList();
  }

  private static Map<TreePath, ListedEntry> byPath(List<ListedEntry> entries) {
    Map<TreePath, ListedEntry> byPath = new TreeMap<>();
    entries.forEach(entry -> byPath.put(entry.path(), entry));
    return byPath;
  }

  private void compare(
      TreePath path, Optional<ListedEntry> expected, Optional<ListedEntry> actual) {
    if (actual.isEmpty()) {
      differences.add(path + ": missing");
    } else if (expected.isEmpty()) {
      differences.add(path + ": not expected");
    } else {
      compare(expected.orElseThrow(), actual.orElseThrow());
    }
  }

  private void compare(ListedEntry expected, ListedEntry actual) {
    field(expected, "mode", octal(expected.mode()), octal(actual.mode()));
    field(expected, "uid", expected.uid(), actual.uid());
    field(expected, "gid", expected.gid(), actual.gid());
    field(expected, "mtime", expected.mtime(), actual.mtime());
    field(expected, "size", expected.size(), actual.size());
    field(expected, "sha256", expected.sha256(), actual.sha256());
    field(expected, "target", expected.target(), actual.target());
    field(expected, "device", expected.device(), actual.device());
    field(expected, "xattrs", expected.xattrs(), actual.xattrs());
  }

  private void field(ListedEntry entry, String name, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      differences.add("%s: %s is %s, expected %s".formatted(entry.path(), name, actual, expected));
    }
  }

  private void compareLinks(List<ListedEntry> expected, Map<TreePath, ListedEntry> found) {
    Map<String, Optional<String>> groups = new HashMap<>();
    for (ListedEntry entry : expected) {
      ListedEntry actual = found.get(entry.path());
      if (entry.linkGroup().isEmpty() || actual == null) {
        continue;
      }
      String group = entry.linkGroup().orElseThrow();
      groups.putIfAbsent(group, actual.linkGroup());
      if (actual.linkGroup().isEmpty() || !actual.linkGroup().equals(groups.get(group))) {
        differences.add(entry.path() + ": is not a hard link, expected one of the " + group);
      }
    }
  }

  private static String octal(int mode) {
    return Integer.toOctalString(mode);
  }
}
