package dev.cvmfs.injector.diff;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One path at which two trees differ.
 *
 * @param path with a leading slash
 * @param before what is there in the first tree
 * @param after what is there in the second
 */
public record Difference(ByteString path, Optional<FileFacts> before, Optional<FileFacts> after) {
  public Difference {
    if (before.isEmpty() && after.isEmpty()) {
      throw new IllegalArgumentException("nothing differs at " + path);
    }
  }

  /** What happened to it. */
  public enum Kind {
    ADDED,
    REMOVED,
    CHANGED
  }

  public Kind kind() {
    if (before.isEmpty()) {
      return Kind.ADDED;
    }
    return after.isEmpty() ? Kind.REMOVED : Kind.CHANGED;
  }

  /** Bytes of content in the first tree. */
  public long bytesBefore() {
    return before.map(FileFacts::size).orElse(0L);
  }

  /** Bytes of content in the second tree. */
  public long bytesAfter() {
    return after.map(FileFacts::size).orElse(0L);
  }

  /** In which respects what is in both differs; none if it is only in one. */
  public List<String> how() {
    List<String> how = new ArrayList<>();
    if (before.isEmpty() || after.isEmpty()) {
      return how;
    }
    FileFacts left = before.get();
    FileFacts right = after.get();
    if (!left.kind().equals(right.kind())) {
      how.add("%s → %s".formatted(left.kind(), right.kind()));
    } else if (!left.content().equals(right.content()) || left.size() != right.size()) {
      how.add("content, %d → %d bytes".formatted(left.size(), right.size()));
    } else if (!left.target().equals(right.target())) {
      how.add("target %s → %s".formatted(left.target(), right.target()));
    }
    addAttributes(left.attributes(), right.attributes(), how);
    if (how.isEmpty() && !left.objects().equals(right.objects())) {
      how.add("stored in other objects");
    }
    return how;
  }

  private static void addAttributes(Attributes left, Attributes right, List<String> how) {
    if (left.permissions() != right.permissions()) {
      how.add("mode %04o → %04o".formatted(left.permissions(), right.permissions()));
    }
    if (left.uid() != right.uid() || left.gid() != right.gid()) {
      how.add("owner %d:%d → %d:%d".formatted(left.uid(), left.gid(), right.uid(), right.gid()));
    }
    if (!left.mtime().equals(right.mtime())) {
      how.add("time");
    }
    if (!left.xattrs().equals(right.xattrs())) {
      how.add("extended attributes");
    }
  }
}
