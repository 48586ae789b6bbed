package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Entry;

/** A file in words, to compare files of different origin. */
final class Description {
  private Description() {}

  /** With the hash of the content as identity. */
  static String of(Entry entry) {
    if (entry instanceof Entry.RegularFile file) {
      return of(file, file.identity().toString());
    }
    if (entry instanceof Entry.Symlink link) {
      return "symlink %s to %s".formatted(text(link.attributes(), false), link.target());
    }
    if (entry instanceof Entry.Special special) {
      return "%s %s %d:%d"
          .formatted(
              special.kind(), text(special.attributes(), true), special.major(), special.minor());
    }
    return "directory " + text(entry.attributes(), true);
  }

  static String of(Entry.RegularFile file, String content) {
    return "file %s %d %s".formatted(text(file.attributes(), true), file.size(), content);
  }

  private static String text(Attributes attributes, boolean permissions) {
    return "%s %d:%d %s %s"
        .formatted(
            permissions ? Integer.toOctalString(attributes.permissions()) : "",
            attributes.uid(),
            attributes.gid(),
            attributes.mtime(),
            attributes.xattrs());
  }
}
