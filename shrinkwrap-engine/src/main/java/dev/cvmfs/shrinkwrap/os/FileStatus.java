package dev.cvmfs.shrinkwrap.os;

import dev.cvmfs.shrinkwrap.tree.Timestamp;

/**
 * What the file system says of a file, a symbolic link not followed.
 *
 * @param mode type and permissions, as {@code st_mode}
 * @param inode its number
 * @param links how many names it has
 * @param size bytes
 * @param major of a device, else 0
 * @param minor of a device, else 0
 */
public record FileStatus(
    int mode,
    long uid,
    long gid,
    long inode,
    long links,
    long size,
    Timestamp mtime,
    int major,
    int minor) {
  public static final int TYPE_MASK = 0170000;
  public static final int SOCKET = 0140000;
  public static final int SYMLINK = 0120000;
  public static final int REGULAR = 0100000;
  public static final int BLOCK_DEVICE = 0060000;
  public static final int DIRECTORY = 0040000;
  public static final int CHARACTER_DEVICE = 0020000;
  public static final int FIFO = 0010000;

  /** One of the constants above. */
  public int type() {
    return mode & TYPE_MASK;
  }

  /** The low 12 bits of the mode. */
  public int permissions() {
    return mode & 07777;
  }

  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  public boolean isRegular() {
    return type() == REGULAR;
  }

  public boolean isSymlink() {
    return type() == SYMLINK;
  }
}
