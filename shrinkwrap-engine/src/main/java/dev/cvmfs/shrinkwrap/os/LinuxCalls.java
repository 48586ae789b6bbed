package dev.cvmfs.shrinkwrap.os;

import com.sun.jna.Native;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The calls as 64-bit Linux has them. Files are looked at with {@code statx} and directories read
 * with {@code getdents64}, because the layout of what these give is the same on all processors.
 */
final class LinuxCalls implements PosixCalls {
  private static final int STATX_BYTES = 256;
  private static final int LISTING_BYTES = 1 << 15;
  private static final int SOME_XATTRS = 1 << 10;
  private static final int MOST_XATTRS = 1 << 16;
  private static final int LONGEST_TARGET = 1 << 12;

  @Override
  public Optional<FileStatus> status(ByteString path) throws IOException {
    byte[] buffer = new byte[STATX_BYTES];
    int result =
        LibC.statx(
            LibC.AT_FDCWD,
            terminated(path),
            LibC.AT_SYMLINK_NOFOLLOW,
            LibC.STATX_BASIC_STATS,
            buffer);
    if (result < 0) {
      int error = Native.getLastError();
      if (Errno.ENOENT.is(error) || Errno.ENOTDIR.is(error)) {
        return Optional.empty();
      }
      throw new SystemCallException("look at " + path, error);
    }
    ByteBuffer status = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
    return Optional.of(
        new FileStatus(
            Short.toUnsignedInt(status.getShort(28)),
            Integer.toUnsignedLong(status.getInt(20)),
            Integer.toUnsignedLong(status.getInt(24)),
            status.getLong(32),
            Integer.toUnsignedLong(status.getInt(16)),
            status.getLong(40),
            new Timestamp(status.getLong(112), status.getInt(120)),
            status.getInt(128),
            status.getInt(132)));
  }

  @Override
  public List<Name> list(ByteString directory) throws IOException {
    int descriptor =
        checked(
            LibC.open(terminated(directory), LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC),
            "list",
            directory);
    try {
      List<Name> names = new ArrayList<>();
      byte[] buffer = new byte[LISTING_BYTES];
      while (true) {
        long length = LibC.getdents64(descriptor, buffer, buffer.length);
        if (length < 0) {
          throw new SystemCallException("list " + directory, Native.getLastError());
        }
        if (length == 0) {
          return names;
        }
        addNames(buffer, (int) length, names);
      }
    } finally {
      LibC.close(descriptor);
    }
  }

  /** Records of inode (8 bytes), offset (8), length (2), type (1) and name, ended by a NUL. */
  private static void addNames(byte[] bytes, int length, List<Name> names) {
    ByteBuffer records = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    for (int at = 0; at < length; at += Short.toUnsignedInt(records.getShort(at + 16))) {
      int start = at + 19;
      int end = start;
      while (records.get(end) != 0) {
        end++;
      }
      byte[] name = Arrays.copyOfRange(bytes, start, end);
      boolean dots = name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
      if (!dots) {
        names.add(new Name(ByteString.of(name), records.getLong(at)));
      }
    }
  }

  @Override
  public ByteString readLink(ByteString path) throws IOException {
    byte[] target = new byte[LONGEST_TARGET];
    long length = LibC.readlink(terminated(path), target, target.length);
    if (length < 0) {
      throw new SystemCallException("read the symbolic link " + path, Native.getLastError());
    }
    return ByteString.of(Arrays.copyOf(target, (int) length));
  }

  @Override
  public Xattrs xattrs(ByteString path) throws IOException {
    byte[] terminated = terminated(path);
    byte[] list = new byte[SOME_XATTRS];
    long length = LibC.llistxattr(terminated, list, list.length);
    if (length < 0 && Errno.ERANGE.is(Native.getLastError())) {
      list = new byte[MOST_XATTRS];
      length = LibC.llistxattr(terminated, list, list.length);
    }
    if (length < 0) {
      int error = Native.getLastError();
      if (Errno.EOPNOTSUPP.is(error)) {
        return Xattrs.NONE;
      }
      throw new SystemCallException("list the extended attributes of " + path, error);
    }
    if (length == 0) {
      return Xattrs.NONE;
    }
    Map<byte[], byte[]> all = new TreeMap<>(Arrays::compareUnsigned);
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (list[i] == 0) {
        byte[] name = Arrays.copyOfRange(list, start, i);
        all.put(name, xattr(path, terminated, Arrays.copyOfRange(list, start, i + 1)));
        start = i + 1;
      }
    }
    return Xattrs.of(all);
  }

  private static byte[] xattr(ByteString path, byte[] terminated, byte[] name) throws IOException {
    byte[] value = new byte[SOME_XATTRS];
    long length = LibC.lgetxattr(terminated, name, value, value.length);
    if (length < 0 && Errno.ERANGE.is(Native.getLastError())) {
      value = new byte[MOST_XATTRS];
      length = LibC.lgetxattr(terminated, name, value, value.length);
    }
    if (length < 0) {
      throw new SystemCallException("read an extended attribute of " + path, Native.getLastError());
    }
    return Arrays.copyOf(value, (int) length);
  }

  @Override
  public void setXattr(ByteString path, byte[] name, byte[] value) throws IOException {
    checked(
        LibC.lsetxattr(terminated(path), terminated(ByteString.of(name)), value, value.length, 0),
        "set an extended attribute of",
        path);
  }

  @Override
  public void removeXattr(ByteString path, byte[] name) throws IOException {
    checked(
        LibC.lremovexattr(terminated(path), terminated(ByteString.of(name))),
        "remove an extended attribute of",
        path);
  }

  @Override
  public void link(ByteString existing, ByteString path) throws IOException {
    if (LibC.link(terminated(existing), terminated(path)) < 0) {
      throw new SystemCallException(
          "link %s to %s".formatted(path, existing), Native.getLastError());
    }
  }

  @Override
  public void symlink(ByteString target, ByteString path) throws IOException {
    checked(LibC.symlink(terminated(target), terminated(path)), "make the symbolic link", path);
  }

  @Override
  public void rename(ByteString from, ByteString to) throws IOException {
    if (LibC.rename(terminated(from), terminated(to)) < 0) {
      throw new SystemCallException("rename %s to %s".formatted(from, to), Native.getLastError());
    }
  }

  @Override
  public boolean moveToFree(ByteString from, ByteString to) throws IOException {
    byte[] source = terminated(from);
    byte[] target = terminated(to);
    if (LibC.renameat2(LibC.AT_FDCWD, source, LibC.AT_FDCWD, target, LibC.RENAME_NOREPLACE) == 0) {
      return true;
    }
    int error = Native.getLastError();
    if (Errno.EINVAL.is(error)) {
      // Network file systems cannot; a link is as atomic, and takes two calls.
      if (LibC.link(source, target) == 0) {
        unlink(from);
        return true;
      }
      error = Native.getLastError();
    }
    if (Errno.EEXIST.is(error)) {
      return false;
    }
    throw new SystemCallException("rename %s to %s".formatted(from, to), error);
  }

  @Override
  public void unlink(ByteString path) throws IOException {
    checked(LibC.unlink(terminated(path)), "remove", path);
  }

  @Override
  public void makeDirectory(ByteString path, int permissions) throws IOException {
    checked(LibC.mkdir(terminated(path), permissions), "make the directory", path);
  }

  @Override
  public void removeDirectory(ByteString path) throws IOException {
    checked(LibC.rmdir(terminated(path)), "remove the directory", path);
  }

  @Override
  public void makeNode(ByteString path, int mode, int major, int minor) throws IOException {
    long device =
        (minor & 0xffL)
            | (major & 0xfffL) << 8
            | (minor & 0xffff_ff00L) << 12
            | (major & 0xffff_f000L) << 32;
    checked(LibC.mknod(terminated(path), mode, device), "make the file", path);
  }

  @Override
  public void setPermissions(ByteString path, int permissions) throws IOException {
    checked(LibC.chmod(terminated(path), permissions), "set the permissions of", path);
  }

  @Override
  public void setOwner(ByteString path, long uid, long gid) throws IOException {
    checked(LibC.lchown(terminated(path), (int) uid, (int) gid), "set the owner of", path);
  }

  @Override
  public void setTime(ByteString path, Timestamp time) throws IOException {
    long[] times = {time.seconds(), time.nanos(), time.seconds(), time.nanos()};
    checked(
        LibC.utimensat(LibC.AT_FDCWD, terminated(path), times, LibC.AT_SYMLINK_NOFOLLOW),
        "set the time of",
        path);
  }

  /** Java opens it by the descriptor's name in /proc, which is ASCII whatever the path is. */
  @Override
  public InputStream open(ByteString path) throws IOException {
    int descriptor =
        checked(LibC.open(terminated(path), LibC.O_RDONLY | LibC.O_CLOEXEC), "open", path);
    try {
      return new FileInputStream("/proc/self/fd/" + descriptor);
    } finally {
      LibC.close(descriptor);
    }
  }

  @Override
  public void syncFileSystem(ByteString path) throws IOException {
    int descriptor =
        checked(LibC.open(terminated(path), LibC.O_RDONLY | LibC.O_CLOEXEC), "open", path);
    try {
      checked(LibC.syncfs(descriptor), "write to disk the file system of", path);
    } finally {
      LibC.close(descriptor);
    }
  }

  @Override
  public int effectiveUser() {
    return LibC.geteuid();
  }

  private static int checked(int result, String attempt, ByteString path)
      throws SystemCallException {
    if (result < 0) {
      throw new SystemCallException(attempt + " " + path, Native.getLastError());
    }
    return result;
  }

  private static byte[] terminated(ByteString path) {
    byte[] bytes = path.bytes();
    return Arrays.copyOf(bytes, bytes.length + 1);
  }
}
