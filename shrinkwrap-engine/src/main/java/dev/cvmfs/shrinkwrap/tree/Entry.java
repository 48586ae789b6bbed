package dev.cvmfs.shrinkwrap.tree;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.util.List;

/** One file of a tree, of any kind. */
public sealed interface Entry {

  TreePath path();

  Attributes attributes();

  /** A directory, without its contents. */
  record Directory(TreePath path, Attributes attributes) implements Entry {}

  /**
   * A regular file.
   *
   * @param size bytes of plain content
   * @param identity the hash that names the whole content in an export's {@code .data} store: the
   *     catalog's bulk hash, or for chunked files without one the hash of the concatenated chunk
   *     hashes (CVMFS's "artificial" checksum)
   * @param objects the objects whose plain contents, one after the other, are the file; empty if
   *     the size is 0
   * @param linkGroup files of one walk with the same non-zero number are hard links of each other;
   *     0 if there is none
   */
  record RegularFile(
      TreePath path,
      Attributes attributes,
      long size,
      ContentHash identity,
      List<ObjectRef> objects,
      long linkGroup)
      implements Entry {
    public RegularFile {
      objects = List.copyOf(objects);
      if (size < 0) {
        throw new IllegalArgumentException("negative size %d of %s".formatted(size, path));
      }
      if (objects.stream().mapToLong(ObjectRef::size).sum() != size) {
        throw new IllegalArgumentException(
            "objects do not add up to %d bytes: %s".formatted(size, path));
      }
    }
  }

  /** A symbolic link; the target is exactly as stored. */
  record Symlink(TreePath path, Attributes attributes, ByteString target) implements Entry {}

  /** A FIFO, socket or device; major and minor are 0 for the former two. */
  record Special(TreePath path, Attributes attributes, Kind kind, int major, int minor)
      implements Entry {
    /** Which kind of special file. */
    public enum Kind {
      FIFO,
      SOCKET,
      CHARACTER_DEVICE,
      BLOCK_DEVICE
    }
  }
}
