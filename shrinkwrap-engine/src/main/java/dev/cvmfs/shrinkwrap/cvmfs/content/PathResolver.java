package dev.cvmfs.shrinkwrap.cvmfs.content;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds files of a snapshot the way a kernel would if it were mounted (path_resolution(7)):
 * symbolic links on the way are followed as long as they stay inside the repository, {@code ..} is
 * the directory above the one that was really reached, and a slash at the end asks for a directory.
 */
public final class PathResolver {
  /** As in Linux. */
  private static final int MOST_LINKS = 40;

  private final Snapshot snapshot;
  private final TreePath mountpoint;
  private final Map<TreePath, Entry> known = new HashMap<>();

  public PathResolver(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.mountpoint = TreePath.of("/cvmfs/" + snapshot.fqrn());
  }

  /**
   * The entry at a path.
   *
   * @param path below the repository's root, with or without a slash at its beginning
   * @param followLast whether to go on if the path itself names a symbolic link
   * @throws CvmfsFailure.Data if there is none, if a link leads out of the repository or in a
   *     circle; the message names what comes nearest
   */
  public Entry resolve(ByteString path, boolean followLast) {
    Deque<byte[]> ahead = new ArrayDeque<>(components(path.bytes()));
    TreePath at = TreePath.ROOT;
    int links = 0;
    while (!ahead.isEmpty()) {
      byte[] name = ahead.pop();
      if (isDots(name, "..")) {
        if (at.isRoot()) {
          throw failure(path + " leads out of the repository");
        }
        at = at.parent();
      } else if (name.length > 0 && !isDots(name, ".")) {
        Entry entry = child(at, name, ahead, path);
        if (entry instanceof Entry.Symlink link && (followLast || !ahead.isEmpty())) {
          if (++links > MOST_LINKS) {
            throw failure(path + " leads through too many symbolic links (a circle?)");
          }
          at = follow(link, ahead);
        } else if (entry instanceof Entry.Directory || ahead.isEmpty()) {
          at = entry.path();
        } else {
          throw failure(entry.path() + " is not a directory, so there is nothing below it");
        }
      }
    }
    return find(at, ahead)
        .orElseThrow(() -> new IllegalStateException("a directory that was there has gone"));
  }

  /** The path's parts between slashes; an empty one at the end stands for a slash there. */
  private static List<byte[]> components(byte[] path) {
    List<byte[]> components = new ArrayList<>();
    String text = new String(path, StandardCharsets.ISO_8859_1);
    for (String name : text.split("/", -1)) {
      components.add(name.getBytes(StandardCharsets.ISO_8859_1));
    }
    return components;
  }

  private static boolean isDots(byte[] name, String dots) {
    return new String(name, StandardCharsets.ISO_8859_1).equals(dots);
  }

  /** Where to go on, after putting the link's target in front of what is ahead. */
  private TreePath follow(Entry.Symlink link, Deque<byte[]> ahead) {
    byte[] target = link.target().bytes();
    TreePath start = link.path().parent();
    if (link.target().toString().contains("$(")) {
      throw new CvmfsFailure.Data(
          failure("%s leads to %s".formatted(link.path(), link.target())).getMessage()
              + ", and nobody says what its variables are\nset them with CVMFS_SHRINKWRAP_SYMLINK_VARS=\"NAME=value\"");
    }
    if (target.length > 0 && target[0] == '/') {
      List<byte[]> components = components(target);
      List<byte[]> expected = components(mountpoint.bytes());
      boolean inside = components.size() >= expected.size();
      for (int i = 0; inside && i < expected.size(); i++) {
        inside = Arrays.equals(components.get(i), expected.get(i));
      }
      if (!inside) {
        throw failure(link.path() + " leads out of the repository, to " + link.target());
      }
      push(components.subList(expected.size(), components.size()), ahead);
      return TreePath.ROOT;
    }
    push(components(target), ahead);
    return start;
  }

  private static void push(List<byte[]> components, Deque<byte[]> ahead) {
    for (int i = components.size() - 1; i >= 0; i--) {
      ahead.push(components.get(i));
    }
  }

  private Entry child(TreePath directory, byte[] name, Deque<byte[]> ahead, ByteString wanted) {
    TreePath path;
    try {
      path = directory.child(name);
    } catch (IllegalArgumentException e) {
      throw failure(wanted + " is not a possible path");
    }
    return find(path, ahead).orElseThrow(() -> missing(path));
  }

  /** Looks for what is ahead too, which costs no more. */
  private Optional<Entry> find(TreePath path, Deque<byte[]> ahead) {
    if (!known.containsKey(path)) {
      TreePath furthest = path;
      for (byte[] name : ahead) {
        if (name.length == 0 || isDots(name, ".") || isDots(name, "..")) {
          break;
        }
        furthest = furthest.child(name);
      }
      try (EntryCursor cursor = snapshot.walk(new PathLookup.Only(furthest))) {
        cursor.forEachRemaining(entry -> known.put(entry.path(), entry));
      }
    }
    return Optional.ofNullable(known.get(path));
  }

  private CvmfsFailure missing(TreePath path) {
    NearestName nearest = new NearestName(path);
    try (EntryCursor siblings = PathLookup.list(snapshot, path.parent(), false)) {
      siblings.forEachRemaining(sibling -> nearest.consider(sibling.path()));
    }
    String hint =
        nearest
            .best()
            .map(best -> "did you mean " + best + "?")
            .orElse("what there is of this path: " + path.parent());
    return new CvmfsFailure.Data(failure("there is no " + path).getMessage() + "\n" + hint);
  }

  private CvmfsFailure failure(String what) {
    return new CvmfsFailure.Data(
        "%s in %s (revision %d)".formatted(what, snapshot.fqrn(), snapshot.revision()));
  }
}
