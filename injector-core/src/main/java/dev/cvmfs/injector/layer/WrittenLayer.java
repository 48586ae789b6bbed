package dev.cvmfs.injector.layer;

import dev.cvmfs.registry.Digest;

/**
 * A layer that has been written.
 *
 * @param digest of the blob
 * @param diffId of the uncompressed archive
 * @param size bytes of the blob
 * @param tarSize bytes of the uncompressed archive
 * @param bytesFromPresent bytes of members that were copied from the layer it replaces
 */
public record WrittenLayer(
    Digest digest, Digest diffId, long size, long tarSize, long bytesFromPresent) {

  WrittenLayer withBytesFromPresent(long bytes) {
    return new WrittenLayer(digest, diffId, size, tarSize, bytes);
  }
}
