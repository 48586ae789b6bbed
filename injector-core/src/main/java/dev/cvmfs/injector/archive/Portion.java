package dev.cvmfs.injector.archive;

import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How much of what a specification asks for goes into one of several archives. */
public sealed interface Portion {
  /** Whether a path can be in it, be it as a directory on the way to others. */
  boolean mayHold(TreePath path);

  /** For the note beside the archive. */
  SortedMap<String, String> shape();

  /** What of a specification is meant. */
  default Specification of(Specification whole) {
    return new Specification() {
      @Override
      public boolean includes(TreePath path) {
        return mayHold(path) && whole.includes(path);
      }

      @Override
      public boolean descends(TreePath directory) {
        return mayHold(directory) && whole.descends(directory);
      }

      @Override
      public byte[] source() {
        return whole.source();
      }
    };
  }

  /** All of it. */
  record Whole() implements Portion {
    @Override
    public boolean mayHold(TreePath path) {
      return true;
    }

    @Override
    public SortedMap<String, String> shape() {
      return new TreeMap<>();
    }
  }

  /** A directory, what is below it, and the directories above. */
  record Below(TreePath directory) implements Portion {
    @Override
    public boolean mayHold(TreePath path) {
      return path.isAtOrBelow(directory) || directory.isAtOrBelow(path);
    }

    @Override
    public SortedMap<String, String> shape() {
      SortedMap<String, String> shape = new TreeMap<>();
      shape.put("below", directory.toString());
      return shape;
    }
  }

  /** What is neither one of these directories nor below one. */
  record Outside(List<TreePath> directories) implements Portion {
    public Outside {
      directories = List.copyOf(directories);
    }

    @Override
    public boolean mayHold(TreePath path) {
      return directories.stream().noneMatch(path::isAtOrBelow);
    }

    @Override
    public SortedMap<String, String> shape() {
      SortedMap<String, String> shape = new TreeMap<>();
      shape.put(
          "outside", directories.stream().map(TreePath::toString).collect(Collectors.joining(" ")));
      return shape;
    }
  }
}
