package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.Optional;

/**
 * One row of the table {@code catalog} (CernVM-FS, catalog_sql.cc).
 *
 * @param linkGroup number of the hard link group, unique in its catalog; 0 if there is none
 * @param linkCount directories: 2 + subdirectories; files: names in the group
 * @param hash of the content, where it is one object
 * @param size as CVMFS has it: 4096 for directories, the target's length for symlinks, the device
 *     number for devices
 * @param mode type and permissions as {@code st_mode} has them
 * @param symlink the target; empty where there is none
 */
record CatalogRow(
    TreePath path,
    long linkGroup,
    long linkCount,
    Optional<ContentHash> hash,
    long size,
    int mode,
    int flags,
    Attributes attributes,
    ByteString symlink) {
  static final int DIRECTORY = 1;
  static final int NESTED_MOUNTPOINT = 2;
  static final int FILE = 4;
  static final int SYMLINK = 8;
  static final int SPECIAL = 16;
  static final int NESTED_ROOT = 32;
  static final int CHUNKED = 64;
  static final int EXTERNAL = 128;

  static final int TYPE_FIFO = 0010000;
  static final int TYPE_CHARACTER_DEVICE = 0020000;
  static final int TYPE_DIRECTORY = 0040000;
  static final int TYPE_BLOCK_DEVICE = 0060000;
  static final int TYPE_REGULAR = 0100000;
  static final int TYPE_SYMLINK = 0120000;
  static final int TYPE_SOCKET = 0140000;

  /** The bits of the flags that say how a regular file's objects are hashed and compressed. */
  static int objectFlags(HashAlgorithm algorithm, Compression compression) {
    int algorithmBits =
        switch (algorithm) {
          case SHA1 -> 0;
          case RIPEMD160 -> 1;
          case SHAKE128 -> 2;
        };
    int compressionBits =
        switch (compression) {
          case ZLIB -> 0;
          case NONE -> 1;
        };
    return algorithmBits << 8 | compressionBits << 11;
  }

  boolean isRegularFile() {
    return (mode & 0170000) == TYPE_REGULAR;
  }

  boolean isChunked() {
    return (flags & CHUNKED) != 0;
  }
}
