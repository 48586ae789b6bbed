package dev.cvmfs.shrinkwrap.closure;

import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathLookup;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.Mountpoint;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for very many paths, most of which are not there, in few directories: each is listed once
 * and kept, as long as there are not too many. Paths are followed as a kernel does
 * (path_resolution(7)), as far as they stay inside the repository.
 */
final class RepositoryView {
  /** As in Linux. */
  private static final int MOST_LINKS = 40;

  /** Entries kept in memory, about 300 bytes each. */
  private static final int MOST_ENTRIES = 100_000;

  private static final ByteString UP = ByteString.of("..");
  private static final ByteString HERE = ByteString.of(".");

  private final Snapshot snapshot;
  private final Mountpoint mountpoint;
  private final Map<TreePath, Map<ByteString, Entry>> listings =
      new LinkedHashMap<>(16, 0.75f, true);
  private int kept;

  RepositoryView(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.mountpoint = new Mountpoint(snapshot.fqrn());
  }

  /**
   * What a path led to.
   *
   * @param entry not a symbolic link
   * @param askedIn the directory in which the path's last name was looked for, before a symbolic
   *     link of that name led elsewhere
   * @param way what has to be there so that the path leads to it, besides the directories above it:
   *     symbolic links, and directories that it went into and out of again
   */
  record Found(Entry entry, TreePath askedIn, List<TreePath> way) {
    Found {
      way = List.copyOf(way);
    }

    TreePath path() {
      return entry.path();
    }
  }

  /** What a machine's path inside the repository leads to. */
  Optional<Found> findOnMachine(byte[] absolute) {
    return mountpoint.inside(absolute).flatMap(this::find);
  }

  /** What a path below the repository's root leads to; dots are followed, not computed. */
  Optional<Found> find(byte[] path) {
    Deque<ByteString> ahead = new ArrayDeque<>();
    push(path, ahead);
    List<TreePath> way = new ArrayList<>();
    Optional<Entry> entry = Optional.empty();
    Optional<TreePath> askedIn = Optional.empty();
    TreePath at = TreePath.ROOT;
    while (!ahead.isEmpty()) {
      ByteString name = ahead.pop();
      if (ahead.isEmpty() && askedIn.isEmpty()) {
        askedIn = Optional.of(at);
      }
      if (name.equals(UP)) {
        if (at.isRoot()) {
          return Optional.empty();
        }
        way.add(at);
        at = at.parent();
        entry = entry(at);
      } else {
        entry = Optional.ofNullable(listing(at).get(name));
        if (entry.isEmpty()) {
          return Optional.empty();
        }
        if (entry.get() instanceof Entry.Symlink link) {
          way.add(link.path());
          Optional<TreePath> next = follow(link, ahead);
          if (way.size() > MOST_LINKS || next.isEmpty()) {
            return Optional.empty();
          }
          at = next.get();
          entry = entry(at);
        } else if (entry.get() instanceof Entry.Directory || ahead.isEmpty()) {
          at = entry.get().path();
        } else {
          return Optional.empty();
        }
      }
    }
    TreePath directory = askedIn.orElse(TreePath.ROOT);
    return entry.map(found -> new Found(found, directory, way));
  }

  private Optional<Entry> entry(TreePath path) {
    return path.isRoot()
        ? Optional.empty()
        : Optional.ofNullable(listing(path.parent()).get(ByteString.of(path.name())));
  }

  /** Where to go on, after putting the link's target in front of what is ahead. */
  private Optional<TreePath> follow(Entry.Symlink link, Deque<ByteString> ahead) {
    byte[] target = link.target().bytes();
    if (target.length == 0) {
      return Optional.empty();
    }
    if (target[0] != '/') {
      push(target, ahead);
      return Optional.of(link.path().parent());
    }
    Optional<byte[]> inside = mountpoint.inside(target);
    inside.ifPresent(path -> push(path, ahead));
    return inside.map(path -> TreePath.ROOT);
  }

  private static void push(byte[] path, Deque<ByteString> ahead) {
    List<ByteString> components = new ArrayList<>();
    int start = 0;
    while (start < path.length) {
      int end = TreePath.endOfName(path, start);
      ByteString name = ByteString.of(Arrays.copyOfRange(path, start, end));
      if (name.length() > 0 && !name.equals(HERE)) {
        components.add(name);
      }
      start = end + 1;
    }
    Collections.reverse(components);
    components.forEach(ahead::push);
  }

  /** What is in a directory; nothing if it is none. */
  Collection<Entry> list(TreePath directory) {
    return listing(directory).values();
  }

  /** What has this name in a directory; symbolic links as they are. */
  Optional<Entry> child(TreePath directory, String name) {
    return Optional.ofNullable(listing(directory).get(ByteString.of(name)));
  }

  /** Everything below a directory. */
  EntryCursor below(TreePath directory) {
    return PathLookup.list(snapshot, directory, true);
  }

  private Map<ByteString, Entry> listing(TreePath directory) {
    Map<ByteString, Entry> known = listings.get(directory);
    if (known != null) {
      return known;
    }
    Map<ByteString, Entry> listing = new HashMap<>();
    try (EntryCursor entries = PathLookup.list(snapshot, directory, false)) {
      entries.forEachRemaining(entry -> listing.put(ByteString.of(entry.path().name()), entry));
    }
    while (kept + listing.size() > MOST_ENTRIES && !listings.isEmpty()) {
      TreePath oldest = listings.keySet().iterator().next();
      kept -= listings.getOrDefault(oldest, Map.of()).size();
      listings.remove(oldest);
    }
    kept += listing.size();
    listings.put(directory, listing);
    return listing;
  }

  Mountpoint mountpoint() {
    return mountpoint;
  }

  ObjectStore objects() {
    return snapshot.objects();
  }
}
