package dev.cvmfs.shrinkwrap.object;

/**
 * An object that holds a file's content or a chunk of it.
 *
 * @param hash of the bytes as stored
 * @param kind its class, which is part of its URL
 * @param compression how it is stored
 * @param size bytes of plain content
 */
public record ObjectRef(ContentHash hash, ObjectKind kind, Compression compression, long size) {
  public ObjectRef {
    if (size < 0) {
      throw new IllegalArgumentException("negative size %d of object %s".formatted(size, hash));
    }
  }
}
