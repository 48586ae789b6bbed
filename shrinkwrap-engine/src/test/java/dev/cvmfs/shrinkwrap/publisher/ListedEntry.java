package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything that a file system shows of one file, as a value to compare.
 *
 * @param mode type and permissions as {@code st_mode} has them
 * @param size bytes of a regular file
 * @param sha256 of a regular file's content, hexadecimal
 * @param target of a symlink
 * @param device of a device, {@code major:minor}
 * @param linkGroup files of one listing with the same text are hard links of each other; what the
 *     text is does not matter
 */
public record ListedEntry(
    TreePath path,
    int mode,
    long uid,
    long gid,
    Timestamp mtime,
    OptionalLong size,
    Optional<String> sha256,
    Optional<ByteString> target,
    Optional<String> device,
    Xattrs xattrs,
    Optional<String> linkGroup) {
  private static final int TYPE_MASK = 0170000;

  public boolean isDirectory() {
    return (mode & TYPE_MASK) == CatalogRow.TYPE_DIRECTORY;
  }

  public boolean isRegularFile() {
    return (mode & TYPE_MASK) == CatalogRow.TYPE_REGULAR;
  }

  public boolean isSymlink() {
    return (mode & TYPE_MASK) == CatalogRow.TYPE_SYMLINK;
  }

  public boolean isSocket() {
    return (mode & TYPE_MASK) == CatalogRow.TYPE_SOCKET;
  }

  public boolean isFifo() {
    return (mode & TYPE_MASK) == CatalogRow.TYPE_FIFO;
  }

  public boolean isCharacterDevice() {
    return (mode & TYPE_MASK) == CatalogRow.TYPE_CHARACTER_DEVICE;
  }

  public int permissions() {
    return mode & ~TYPE_MASK;
  }

  public ListedEntry withLinkGroup(Optional<String> newLinkGroup) {
    return new ListedEntry(
        path, mode, uid, gid, mtime, size, sha256, target, device, xattrs, newLinkGroup);
  }
}
