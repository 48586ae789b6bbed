package dev.cvmfs.shrinkwrap.os;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Functions of the C library. Paths end with a NUL; all return -1 if they fail, and the error
 * number is {@link Native#getLastError()}.
 */
final class LibC {
  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int STATX_BASIC_STATS = 0x7ff;
  static final int RENAME_NOREPLACE = 1;
  static final int O_RDONLY = 0;
  static final int O_CLOEXEC = 02000000;
  static final int O_DIRECTORY = Platform.isARM() || Platform.isPPC() ? 040000 : 0200000;

  static {
    Native.register(LibC.class, Platform.C_LIBRARY_NAME);
  }

  private LibC() {}

  static native int statx(int directory, byte[] path, int flags, int mask, byte[] status);

  static native int open(byte[] path, int flags);

  static native int close(int descriptor);

  static native long getdents64(int descriptor, byte[] buffer, long length);

  static native long readlink(byte[] path, byte[] buffer, long length);

  static native long llistxattr(byte[] path, byte[] list, long size);

  static native long lgetxattr(byte[] path, byte[] name, byte[] value, long size);

  static native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags);

  static native int lremovexattr(byte[] path, byte[] name);

  static native int link(byte[] existing, byte[] path);

  static native int symlink(byte[] target, byte[] path);

  static native int rename(byte[] from, byte[] to);

  static native int renameat2(
      int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);

  static native int unlink(byte[] path);

  static native int mkdir(byte[] path, int mode);

  static native int rmdir(byte[] path);

  static native int mknod(byte[] path, int mode, long device);

  static native int chmod(byte[] path, int mode);

  static native int lchown(byte[] path, int uid, int gid);

  /** Times of access and of modification, seconds and nanoseconds of each. */
  static native int utimensat(int directory, byte[] path, long[] times, int flags);

  static native int syncfs(int descriptor);

  static native int geteuid();
}
