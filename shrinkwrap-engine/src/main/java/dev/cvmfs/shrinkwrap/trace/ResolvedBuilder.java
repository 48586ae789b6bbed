package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.closure.Addition;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.spec.Rule;
import dev.cvmfs.shrinkwrap.spec.Rule.Form;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The smallest specification of what was used, as the repository has it: directories that are used
 * whole, with all below them, become one line; what lies in a directory that is wanted with its
 * direct children needs none; directories on the way need none.
 *
 * <p>A directory counts as used whole if all directories in it do, and at least a certain share of
 * its other entries is used. So one that nobody looked into is never brought along.
 */
final class ResolvedBuilder {
  private final ResolvedPaths paths;
  private final PathTable table;
  private final PathTable.Children children;
  private final Map<Integer, Addition> added;
  private final Options options;

  /** Used often enough, or on the way to such a path; only what exists. */
  private final BitSet wanted = new BitSet();

  /** Directories that are wanted with their direct children. */
  private final BitSet listed = new BitSet();

  private final BitSet whole = new BitSet();
  private final int[] entries;
  private final int[] unknownDirectories;
  private final List<byte[]> lines = new ArrayList<>();
  private String block = "";

  /**
   * How to build.
   *
   * @param minRuns how many runs must have used a path
   * @param fold percentage of a directory's entries from which on it counts as used whole, 1 to 100
   */
  record Options(Policy policy, int minRuns, int fold, int runs) {}

  private ResolvedBuilder(
      Snapshot snapshot, ResolvedPaths paths, Map<Integer, Addition> added, Options options) {
    this.paths = paths;
    this.added = Map.copyOf(added);
    this.table = paths.table();
    this.children = paths.children();
    this.options = options;
    this.entries = new int[table.size()];
    this.unknownDirectories = new int[table.size()];
    for (int node = 0; node < table.size(); node++) {
      if (isUsed(node)) {
        want(node);
      }
    }
    countEntries(snapshot);
  }

  /**
   * The lines.
   *
   * @param added nodes that are there because something else needs them
   */
  static List<byte[]> build(
      Snapshot snapshot, ResolvedPaths paths, Map<Integer, Addition> added, Options options) {
    ResolvedBuilder builder = new ResolvedBuilder(snapshot, paths, added, options);
    builder.markWhole(PathTable.ROOT);
    builder.write(PathTable.ROOT, false);
    return builder.lines;
  }

  private boolean isUsed(int node) {
    return table.isUsed(node) && table.runs(node) >= options.minRuns() && paths.isPresent(node);
  }

  private void want(int node) {
    for (int at = node; at != PathTable.ROOT && !wanted.get(at); at = table.parent(at)) {
      wanted.set(at);
    }
    boolean opened = table.isUsedAs(node, Use.OPENED) && !paths.isDirectory(node);
    if (paths.isDirectory(node) && table.isUsedAs(node, Use.LISTED)) {
      listed.set(node);
    } else if (opened && options.policy() == Policy.PDIR) {
      listed.set(table.parent(node));
    }
  }

  /** Counts what is in the directories of which something is wanted. */
  private void countEntries(Snapshot snapshot) {
    try (EntryCursor all = snapshot.walk(new Listings())) {
      while (all.hasNext()) {
        Entry entry = all.next();
        int parent = table.find(entry.path().parent());
        if (!entry.path().isRoot() && parent >= 0) {
          entries[parent]++;
          int node = table.find(entry.path());
          if (entry instanceof Entry.Directory && (node < 0 || !wanted.get(node))) {
            unknownDirectories[parent]++;
          }
        }
      }
    }
  }

  /** Works out which directories are used whole, from the bottom up; true if this one is. */
  private boolean markWhole(int directory) {
    if (addition(directory).filter(Addition::whole).isPresent()) {
      whole.set(directory);
      return true;
    }
    int used = 0;
    boolean directoriesWhole = unknownDirectories[directory] == 0;
    for (int i = 0; i < children.count(directory); i++) {
      int child = children.get(directory, i);
      if (wanted.get(child)) {
        used++;
        if (paths.isDirectory(child)) {
          directoriesWhole &= markWhole(child);
        }
      }
    }
    boolean enough =
        listed.get(directory) || (long) used * 100 >= (long) entries[directory] * options.fold();
    boolean isWhole = directoriesWhole && enough && entries[directory] > 0;
    whole.set(directory, isWhole);
    return isWhole;
  }

  /**
   * Writes the lines of a node.
   *
   * @param covered whether the node itself is wanted already
   */
  private void write(int node, boolean covered) {
    TreePath path = table.path(node);
    if (whole.get(node)) {
      String why =
          addition(node)
              .filter(Addition::whole)
              .map(Addition::reason)
              .orElse("used whole" + runs(node));
      line(Form.TREE, path, path + ": " + why);
    } else if (listed.get(node)) {
      line(Form.LISTING, path, path + ": " + whyListed(node) + runs(node));
      writeChildren(node, true);
    } else if (!writeChildren(node, false) && !covered && node != PathTable.ROOT) {
      String why = addition(node).map(Addition::reason).orElse("single entries" + runs(node));
      line(Form.ENTRY, path, path.parent() + ": " + why);
    }
  }

  private Optional<Addition> addition(int node) {
    return Optional.ofNullable(added.get(node));
  }

  private String whyListed(int node) {
    return table.isUsed(node) && table.isUsedAs(node, Use.LISTED)
        ? "listed"
        : "files in it were opened";
  }

  /** By how many runs something of it was used, at most; of a single run that says nothing. */
  private String runs(int node) {
    return options.runs() == 1
        ? ""
        : ", by %d of %d runs".formatted(mostRuns(node), options.runs());
  }

  private int mostRuns(int node) {
    int most = table.runs(node);
    for (int i = 0; i < children.count(node); i++) {
      most = Math.max(most, mostRuns(children.get(node, i)));
    }
    return most;
  }

  private boolean writeChildren(int node, boolean covered) {
    boolean any = false;
    for (int i = 0; i < children.count(node); i++) {
      int child = children.get(node, i);
      if (wanted.get(child)) {
        any = true;
        boolean isLeaf = !paths.isDirectory(child);
        if (!covered || !isLeaf) {
          write(child, covered);
        }
      }
    }
    return any;
  }

  private void line(Form form, TreePath path, String comment) {
    if (!comment.equals(block)) {
      block = comment;
      lines.add(("# " + comment).getBytes(StandardCharsets.UTF_8));
    }
    lines.add(Rule.write(form, path));
  }

  /** The directories of which something is wanted, each with all its direct children. */
  private final class Listings implements Specification {
    @Override
    public boolean includes(TreePath path) {
      return path.isRoot() || isOpened(path.parent());
    }

    @Override
    public boolean descends(TreePath directory) {
      return isOpened(directory);
    }

    private boolean isOpened(TreePath directory) {
      int node = table.find(directory);
      return node == PathTable.ROOT || (node > 0 && wanted.get(node) && paths.isDirectory(node));
    }

    @Override
    public byte[] source() {
      return new byte[0];
    }
  }
}
