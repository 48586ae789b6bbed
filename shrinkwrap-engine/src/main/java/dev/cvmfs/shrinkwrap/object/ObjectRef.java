package dev.cvmfs.shrinkwrap.object;

import java.util.Optional;

/**
 * An object that holds a file's content or a chunk of it.
 *
 * @param hash of the bytes as stored
 * @param kind its class, which is part of its URL
 * @param compression how it is stored
 * @param size bytes of plain content
 * @param external where it is, if it is not among the repository's objects
 */
public record ObjectRef(
    ContentHash hash,
    ObjectKind kind,
    Compression compression,
    long size,
    Optional<ExternalSource> external) {
  public ObjectRef {
    if (size < 0) {
      throw new IllegalArgumentException("negative size %d of object %s".formatted(size, hash));
    }
  }

  /** An object in the repository. */
  public ObjectRef(ContentHash hash, ObjectKind kind, Compression compression, long size) {
    this(hash, kind, compression, size, Optional.empty());
  }
}
