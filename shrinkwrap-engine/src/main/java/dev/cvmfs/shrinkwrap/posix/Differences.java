package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Says in words in what a file on disk differs from what is expected of it. */
final class Differences {
  private Differences() {}

  /** One text for each attribute that differs. */
  static List<String> between(FileStatus actual, Xattrs actualXattrs, Expected expected) {
    List<String> differences = new ArrayList<>(0);
    if (!actual.isSymlink() && actual.permissions() != expected.permissions()) {
      differences.add(
          "mode is %04o, expected %04o".formatted(actual.permissions(), expected.permissions()));
    }
    expected
        .owner()
        .filter(owner -> owner.uid() != actual.uid() || owner.gid() != actual.gid())
        .ifPresent(
            owner ->
                differences.add(
                    "owner is %d:%d, expected %d:%d"
                        .formatted(actual.uid(), actual.gid(), owner.uid(), owner.gid())));
    if (!actual.mtime().equals(expected.mtime())) {
      differences.add(
          "mtime is %s, expected %s".formatted(text(actual.mtime()), text(expected.mtime())));
    }
    if (!actualXattrs.equals(expected.xattrs())) {
      differences.add(
          "extended attributes are %s, expected %s".formatted(actualXattrs, expected.xattrs()));
    }
    return differences;
  }

  private static String text(Timestamp time) {
    return Instant.ofEpochSecond(time.seconds(), time.nanos()).toString();
  }
}
