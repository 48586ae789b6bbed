package dev.cvmfs.injector.layer;

import dev.cvmfs.registry.Digest;
import java.util.Optional;

/**
 * A layer that has been written.
 *
 * @param digest of the blob
 * @param diffId of the uncompressed archive
 * @param size bytes of the blob
 * @param tarSize bytes of the uncompressed archive
 * @param bytesFromPresent bytes of members that were copied from the layer it replaces
 * @param toc digest of the table of contents, if it is an eStargz
 */
public record WrittenLayer(
    Digest digest,
    Digest diffId,
    long size,
    long tarSize,
    long bytesFromPresent,
    Optional<Digest> toc) {

  WrittenLayer withBytesFromPresent(long bytes) {
    return new WrittenLayer(digest, diffId, size, tarSize, bytes, toc);
  }

  WrittenLayer withToc(Digest table) {
    return new WrittenLayer(digest, diffId, size, tarSize, bytesFromPresent, Optional.of(table));
  }
}
