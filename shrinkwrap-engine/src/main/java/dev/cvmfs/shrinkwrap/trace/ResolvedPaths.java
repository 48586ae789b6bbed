package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.Mountpoint;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The paths of a table as a repository has them: which exist and which of those are directories.
 * Symbolic links are followed as far as they stay inside the repository: where a link leads counts
 * as used like the link itself, and so does what was used behind it. Each round of that is a walk
 * over the directories of the table, until one finds no further link.
 */
final class ResolvedPaths {
  /** As many links as a kernel follows. */
  private static final int MOST_ROUNDS = 40;

  private final Snapshot snapshot;
  private final PathTable table;
  private final Mountpoint mountpoint;
  private final int given;
  private final BitSet present = new BitSet();
  private final BitSet directories = new BitSet();
  private final Map<Integer, byte[]> links = new HashMap<>();
  private final BitSet followed = new BitSet();
  private PathTable.Children children;

  ResolvedPaths(Snapshot snapshot, PathTable table) {
    this.snapshot = snapshot;
    this.table = table;
    this.mountpoint = new Mountpoint(snapshot.fqrn());
    this.given = table.size();
    this.children = table.children();
    boolean more = true;
    for (int round = 0; more && round < MOST_ROUNDS; round++) {
      walk();
      more = follow();
    }
  }

  PathTable table() {
    return table;
  }

  /** The children of all nodes, those behind links among them. */
  PathTable.Children children() {
    return children;
  }

  boolean isPresent(int node) {
    return present.get(node);
  }

  boolean isDirectory(int node) {
    return directories.get(node);
  }

  /** Whether a path that a trace has is not in the repository, nor behind a link. */
  boolean isMissing(int node) {
    return node < given && table.isUsed(node) && !present.get(node) && !isBehindLink(node);
  }

  private boolean isBehindLink(int node) {
    for (int above = node; above != PathTable.ROOT; above = table.parent(above)) {
      if (followed.get(above)) {
        return true;
      }
    }
    return false;
  }

  private void walk() {
    present.clear();
    directories.clear();
    links.clear();
    try (EntryCursor entries = snapshot.walk(new TablePaths())) {
      while (entries.hasNext()) {
        Entry entry = entries.next();
        int node = table.find(entry.path());
        present.set(node);
        if (entry instanceof Entry.Directory) {
          directories.set(node);
        } else if (entry instanceof Entry.Symlink link) {
          links.put(node, link.target().bytes());
        }
      }
    }
  }

  /** Adds what is behind links; false if there was nothing new. */
  private boolean follow() {
    int before = table.size();
    links.forEach(
        (link, target) -> {
          followed.set(link);
          target(link, target).ifPresent(path -> graft(link, link, path));
        });
    children = table.children();
    return table.size() > before;
  }

  /** Where a link leads inside the repository. */
  private Optional<byte[]> target(int link, byte[] target) {
    if (target.length == 0 || hasNul(target)) {
      return Optional.empty();
    }
    return target[0] == '/'
        ? mountpoint.inside(Mountpoint.withoutDots(target))
        : Optional.of(
            Mountpoint.withoutDots(TreePath.joined(table.path(link).parent().bytes(), target)));
  }

  /** Catalogs can hold what no path may. */
  private static boolean hasNul(byte[] target) {
    for (byte b : target) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  /** Uses at the target what is used at and below the link, and with it the link. */
  private void graft(int link, int from, byte[] target) {
    int to = table.add(TreePath.of(target));
    if (table.isUsed(from)) {
      table.copyUse(from, to);
      table.lookAt(link, table.runs(from));
    }
    for (int i = 0; i < children.count(from); i++) {
      int child = children.get(from, i);
      graft(link, child, TreePath.joined(target, table.path(child).name()));
    }
  }

  /** What is in the table. */
  private final class TablePaths implements Specification {
    @Override
    public boolean includes(TreePath path) {
      return table.find(path) >= 0;
    }

    @Override
    public boolean descends(TreePath directory) {
      int node = table.find(directory);
      return node >= 0 && children.count(node) > 0;
    }

    @Override
    public byte[] source() {
      return new byte[0];
    }
  }
}
