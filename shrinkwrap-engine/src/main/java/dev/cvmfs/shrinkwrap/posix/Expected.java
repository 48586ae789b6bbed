package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.util.Optional;

/**
 * The attributes that a file shall have on this file system, which are those of the catalog but for
 * what cannot be had here.
 *
 * @param permissions the low 12 bits of the mode; of no meaning for symbolic links
 * @param owner empty if it stays whoever runs the export
 */
record Expected(int permissions, Optional<Owner> owner, Timestamp mtime, Xattrs xattrs) {

  /** That of nobody, for those who look only at content. */
  static Expected none() {
    return new Expected(0, Optional.empty(), Timestamp.EPOCH, Xattrs.NONE);
  }

  /** A user and a group, by their numbers. */
  record Owner(long uid, long gid) {}
}
