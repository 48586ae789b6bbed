package dev.cvmfs.shrinkwrap.cvmfs.catalog;

/**
 * A row of table {@code catalog} as it is; columns that the catalog lacks are 0 or empty.
 *
 * @param hash of the content; empty if there is none
 * @param flags as in section "flags" of catalog_sql.h, asked for by the methods here
 * @param hardlinks link group in the upper half, link count in the lower
 */
// Rows are read once and never compared; copying four arrays for each would only cost time.
@SuppressWarnings("ArrayRecordComponent")
record CatalogRow(
    PathKey key,
    byte[] name,
    byte[] hash,
    long size,
    int mode,
    long mtime,
    long mtimeNanos,
    int flags,
    long hardlinks,
    byte[] target,
    long uid,
    long gid,
    byte[] xattrs) {
  private static final int TYPE_MASK = 0170000;
  private static final int TYPE_DIRECTORY = 0040000;

  private static final int NESTED_MOUNTPOINT = 1 << 1;
  private static final int CHUNKED = 1 << 6;
  private static final int EXTERNAL = 1 << 7;
  private static final int HASH_SHIFT = 8;
  private static final int COMPRESSION_SHIFT = 11;
  private static final int THREE_BITS = 7;
  private static final int BIND_MOUNTPOINT = 1 << 14;
  private static final int HIDDEN = 1 << 15;

  /** The {@code S_IFMT} bits, which alone decide what kind of file it is. */
  int type() {
    return mode & TYPE_MASK;
  }

  int permissions() {
    return mode & 07777;
  }

  boolean isDirectory() {
    return type() == TYPE_DIRECTORY;
  }

  /** Whether the directory's content is in another catalog. */
  boolean isMountpoint() {
    return (flags & (NESTED_MOUNTPOINT | BIND_MOUNTPOINT)) != 0;
  }

  boolean isChunked() {
    return (flags & CHUNKED) != 0;
  }

  boolean isExternal() {
    return (flags & EXTERNAL) != 0;
  }

  /** 0 SHA-1, 1 RIPEMD-160, 2 SHAKE-128: one less than the number used elsewhere. */
  int hashAlgorithm() {
    return (flags >> HASH_SHIFT) & THREE_BITS;
  }

  /** 0 zlib, 1 none. */
  int compression() {
    return (flags >> COMPRESSION_SHIFT) & THREE_BITS;
  }

  boolean isHidden() {
    return (flags & HIDDEN) != 0;
  }

  long linkGroup() {
    return hardlinks >>> 32;
  }
}
