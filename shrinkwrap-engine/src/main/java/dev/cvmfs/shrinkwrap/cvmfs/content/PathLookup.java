package dev.cvmfs.shrinkwrap.cvmfs.content;

import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.Optional;

/** Finds single files and directories of a snapshot, opening only the catalogs on the way there. */
public final class PathLookup {

  /** Wants one path and the directories above it. */
  record Only(TreePath target) implements Specification {
    @Override
    public boolean includes(TreePath path) {
      return target.isAtOrBelow(path);
    }

    @Override
    public boolean descends(TreePath directory) {
      return target.isAtOrBelow(directory) && !target.equals(directory);
    }

    @Override
    public byte[] source() {
      return new byte[0];
    }
  }

  private PathLookup() {}

  /** The entry at a path; symbolic links on the way are not followed. */
  public static Optional<Entry> find(Snapshot snapshot, TreePath path) {
    try (EntryCursor cursor = snapshot.walk(new Only(path))) {
      while (cursor.hasNext()) {
        Entry entry = cursor.next();
        if (entry.path().equals(path)) {
          return Optional.of(entry);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * What is in a directory, in path order; nothing if there is no such directory.
   *
   * @param recursive whether to go into the directories in it as well
   */
  public static EntryCursor list(Snapshot snapshot, TreePath directory, boolean recursive) {
    return new Below(snapshot.walk(new Subtree(directory, recursive)), directory);
  }
}
