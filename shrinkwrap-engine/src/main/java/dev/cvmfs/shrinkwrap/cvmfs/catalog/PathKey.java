package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How catalogs name paths: the MD5 of the full path, the root being empty, as two little-endian
 * numbers (catalog_sql.h, {@code BindMd5}).
 */
record PathKey(long first, long second) {

  static PathKey of(byte[] path) {
    try {
      ByteBuffer digest = ByteBuffer.wrap(MessageDigest.getInstance("MD5").digest(path));
      digest.order(ByteOrder.LITTLE_ENDIAN);
      return new PathKey(digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
