package dev.cvmfs.injector.inject;

import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks out for symbolic links that lead from a repository into another one which the image does
 * not have, or not that part of: with a CVMFS client they lead somewhere, in the image nowhere.
 * Links into the rest of the image's files are not looked at, and links inside of a repository are
 * a matter of its specification.
 */
final class CrossLinks {
  private static final int EXAMPLES = 5;
  private static final String MOUNTED = "/" + MountPoint.USUAL + "/";

  private final String prefix;
  private final Map<String, Specification> wanted;
  private final List<String> examples = new ArrayList<>();
  private long count;

  /**
   * @param prefix the directory in the image in which repositories appear
   * @param wanted what the image has, by repository
   */
  CrossLinks(String prefix, Map<String, Specification> wanted) {
    this.prefix = prefix;
    this.wanted = Map.copyOf(wanted);
  }

  /** The same entries, with an eye on them. */
  EntryCursor watch(String fqrn, EntryCursor entries) {
    return new EntryCursor() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public Entry next() {
        Entry entry = entries.next();
        if (entry instanceof Entry.Symlink link) {
          look(fqrn, link);
        }
        return entry;
      }

      @Override
      public void close() {
        entries.close();
      }
    };
  }

  /** A sentence for the user, if there are such links. */
  Optional<String> summary() {
    if (count == 0) {
      return Optional.empty();
    }
    return Optional.of(
        "%s in the image %s nowhere: %s%s"
            .formatted(
                Amounts.count(count, "symbolic link", "symbolic links"),
                count == 1 ? "leads" : "lead",
                String.join("; ", examples),
                count > examples.size() ? "; …" : ""));
  }

  private void look(String fqrn, Entry.Symlink link) {
    // One character a byte: only slashes and dots matter.
    String target = new String(link.target().bytes(), StandardCharsets.ISO_8859_1);
    boolean staysInside = !target.startsWith("/") && !target.contains("..");
    if (staysInside || target.contains("$(")) {
      return;
    }
    if (target.startsWith("/")) {
      lookAbsolute(fqrn, link, target);
    } else {
      Deque<String> place = new ArrayDeque<>();
      place.add(fqrn);
      String path = new String(link.path().parent().bytes(), StandardCharsets.ISO_8859_1);
      if (walk(place, path) && walk(place, target)) {
        lookAt(fqrn, link, place);
      }
    }
  }

  private void lookAbsolute(String fqrn, Entry.Symlink link, String target) {
    String here = "/" + prefix + "/";
    Deque<String> place = new ArrayDeque<>();
    if (target.startsWith(here)) {
      if (walk(place, target.substring(here.length()))) {
        lookAt(fqrn, link, place);
      }
    } else if (target.startsWith(MOUNTED)) {
      add(fqrn, link, "repositories are in %s here".formatted(here));
    }
  }

  /** Follows a path from a place; returns false if it leaves the repositories. */
  private static boolean walk(Deque<String> place, String path) {
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        if (place.isEmpty()) {
          return false;
        }
        place.removeLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        place.addLast(name);
      }
    }
    return true;
  }

  private void lookAt(String fqrn, Entry.Symlink link, Deque<String> place) {
    if (place.isEmpty() || place.getFirst().equals(fqrn)) {
      return;
    }
    String other = place.removeFirst();
    Specification part = wanted.get(other);
    if (part == null) {
      add(fqrn, link, "the image has no %s".formatted(other));
      return;
    }
    String path = place.isEmpty() ? "" : "/" + String.join("/", place);
    TreePath there = TreePath.of(path.getBytes(StandardCharsets.ISO_8859_1));
    if (!part.includes(there) && !part.descends(there)) {
      add(fqrn, link, "the specification of %s leaves that out".formatted(other));
    }
  }

  private void add(String fqrn, Entry.Symlink link, String why) {
    count++;
    if (examples.size() < EXAMPLES) {
      examples.add("/%s/%s%s → %s (%s)".formatted(prefix, fqrn, link.path(), link.target(), why));
    }
  }
}
