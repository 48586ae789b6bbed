package dev.cvmfs.shrinkwrap.os;

/** The error numbers that decisions depend on, as Linux numbers them. */
public enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such file or directory"),
  EIO(5, "input/output error"),
  EACCES(13, "permission denied"),
  EEXIST(17, "it exists already"),
  EXDEV(18, "on different file systems"),
  ENOTDIR(20, "not a directory"),
  EINVAL(22, "invalid argument"),
  ENOSPC(28, "the disk is full"),
  EROFS(30, "read-only file system"),
  EMLINK(31, "too many links"),
  ERANGE(34, "result too large"),
  ENAMETOOLONG(36, "file name too long"),
  ENOTEMPTY(39, "directory not empty"),
  EOPNOTSUPP(95, "not supported by the file system"),
  EDQUOT(122, "over the disk quota");

  private final int number;
  private final String meaning;

  Errno(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** For people. */
  static String meaning(int number) {
    for (Errno errno : values()) {
      if (errno.number == number) {
        return errno.meaning;
      }
    }
    return "error " + number;
  }

  boolean is(int otherNumber) {
    return number == otherNumber;
  }
}
