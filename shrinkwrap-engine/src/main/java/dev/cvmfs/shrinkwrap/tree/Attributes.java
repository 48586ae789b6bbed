package dev.cvmfs.shrinkwrap.tree;

/**
 * What every kind of file has.
 *
 * @param permissions the low 12 bits of the mode, set-uid, set-gid and sticky included (0 to 07777)
 * @param uid numeric owner, 0 to 2³²−1
 * @param gid numeric group, 0 to 2³²−1
 */
public record Attributes(int permissions, long uid, long gid, Timestamp mtime, Xattrs xattrs) {
  private static final long MAX_ID = 0xffff_ffffL;

  public Attributes {
    if (permissions < 0 || permissions > 07777) {
      throw new IllegalArgumentException(
          "permissions out of range: 0" + Integer.toOctalString(permissions));
    }
    if (uid < 0 || uid > MAX_ID || gid < 0 || gid > MAX_ID) {
      throw new IllegalArgumentException("owner out of range: %d:%d".formatted(uid, gid));
    }
  }
}
