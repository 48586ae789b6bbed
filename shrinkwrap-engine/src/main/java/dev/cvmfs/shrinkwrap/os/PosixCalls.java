package dev.cvmfs.shrinkwrap.os;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * System calls on paths that are bytes; none follows a symbolic link at the end of the path. Safe
 * for use by several threads. All throw {@link SystemCallException} if the system refuses.
 */
public interface PosixCalls {

  /** The calls of the system that this runs on. */
  static PosixCalls ofThisSystem() {
    return new LinuxCalls();
  }

  /**
   * A name in a directory.
   *
   * @param inode of what it names
   */
  record Name(ByteString bytes, long inode) {}

  /** What is at the path; empty if there is nothing. */
  Optional<FileStatus> status(ByteString path) throws IOException;

  /** The names in a directory, in no order, without {@code .} and {@code ..}. */
  List<Name> list(ByteString directory) throws IOException;

  /** The target of a symbolic link. */
  ByteString readLink(ByteString path) throws IOException;

  /** All extended attributes that the caller may see; none where the file system has none. */
  Xattrs xattrs(ByteString path) throws IOException;

  void setXattr(ByteString path, byte[] name, byte[] value) throws IOException;

  void removeXattr(ByteString path, byte[] name) throws IOException;

  /** Makes a hard link. */
  void link(ByteString existing, ByteString path) throws IOException;

  void symlink(ByteString target, ByteString path) throws IOException;

  /** Renames, in place of what may be there. */
  void rename(ByteString from, ByteString to) throws IOException;

  /** Renames if nothing is at the new path; whether that was so. */
  boolean moveToFree(ByteString from, ByteString to) throws IOException;

  /** Removes a name that is not a directory's. */
  void unlink(ByteString path) throws IOException;

  void makeDirectory(ByteString path, int permissions) throws IOException;

  void removeDirectory(ByteString path) throws IOException;

  /**
   * Makes an empty regular file or a special file.
   *
   * @param mode type and permissions
   */
  void makeNode(ByteString path, int mode, int major, int minor) throws IOException;

  /** Sets the low 12 bits of the mode; a symbolic link is followed, as it has no mode. */
  void setPermissions(ByteString path, int permissions) throws IOException;

  void setOwner(ByteString path, long uid, long gid) throws IOException;

  /** Sets the times of modification and of access. */
  void setTime(ByteString path, Timestamp time) throws IOException;

  /** Opens a regular file for reading. */
  InputStream open(ByteString path) throws IOException;

  /** Forces everything on the path's file system to the disk. */
  void syncFileSystem(ByteString path) throws IOException;

  /** The user that this process acts as; 0 is root. */
  int effectiveUser();
}
