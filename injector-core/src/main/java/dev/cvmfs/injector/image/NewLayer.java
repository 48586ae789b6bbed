package dev.cvmfs.injector.image;

import dev.cvmfs.registry.Digest;

/**
 * A layer that is ready to take its place in an image: a tar compressed with gzip.
 *
 * @param blob digest of the compressed bytes
 * @param diffId digest of the uncompressed tar
 * @param size length of the compressed bytes
 */
public record NewLayer(Digest blob, Digest diffId, long size) {
  public NewLayer {
    if (size <= 0) {
      throw new IllegalArgumentException("a layer cannot have %d bytes".formatted(size));
    }
  }
}
