package dev.cvmfs.injector.diff;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts differences: of all, and of each top directory. */
public final class DifferenceCount {
  private final SortedMap<ByteString, Sum> tops = new TreeMap<>();
  private Sum total = Sum.NONE;

  /**
   * Numbers of differences.
   *
   * @param bytesAdded content of files that are new or changed, as it is after
   * @param bytesRemoved content of files that are gone or changed, as it was before
   */
  public record Sum(long added, long removed, long changed, long bytesAdded, long bytesRemoved) {
    static final Sum NONE = new Sum(0, 0, 0, 0, 0);

    private Sum with(Difference difference) {
      boolean sameContent =
          difference.before().isPresent()
              && difference.after().isPresent()
              && difference.before().get().content().equals(difference.after().get().content());
      Difference.Kind kind = difference.kind();
      return new Sum(
          added + (kind == Difference.Kind.ADDED ? 1 : 0),
          removed + (kind == Difference.Kind.REMOVED ? 1 : 0),
          changed + (kind == Difference.Kind.CHANGED ? 1 : 0),
          bytesAdded + (sameContent ? 0 : difference.bytesAfter()),
          bytesRemoved + (sameContent ? 0 : difference.bytesBefore()));
    }
  }

  public void add(Difference difference) {
    total = total.with(difference);
    ByteString top = top(difference.path().bytes());
    tops.put(top, tops.getOrDefault(top, Sum.NONE).with(difference));
  }

  /** {@code /a} of {@code /a/b/c}; the root is its own. */
  private static ByteString top(byte[] path) {
    int end = 1;
    while (end < path.length && path[end] != '/') {
      end++;
    }
    return ByteString.of(Arrays.copyOf(path, Math.min(end, path.length)));
  }

  public Sum total() {
    return total;
  }

  /** By top directory. */
  public SortedMap<ByteString, Sum> tops() {
    return Collections.unmodifiableSortedMap(tops);
  }
}
