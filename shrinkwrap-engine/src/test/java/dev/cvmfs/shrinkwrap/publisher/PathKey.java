package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;

/**
 * The key of a path in catalogs: the MD5 of its bytes as two little-endian numbers (CernVM-FS,
 * hash.cc). The parent of the root has the key 0, 0.
 */
record PathKey(long first, long second) {
  static final Comparator<PathKey> ORDER =
      Comparator.comparingLong(PathKey::first).thenComparingLong(PathKey::second);
  private static final PathKey NONE = new PathKey(0, 0);

  static PathKey of(TreePath path) {
    ByteBuffer digest =
        ByteBuffer.wrap(ObjectHash.jdkDigest("MD5").digest(path.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    return new PathKey(digest.getLong(), digest.getLong());
  }

  static PathKey ofParent(TreePath path) {
    return path.isRoot() ? NONE : of(path.parent());
  }
}
