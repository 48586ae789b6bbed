package dev.cvmfs.injector.image;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import java.util.Optional;

/**
 * A layer that is ready to take its place in an image: a tar compressed with gzip.
 *
 * @param blob digest of the compressed bytes
 * @param diffId digest of the uncompressed tar
 * @param size length of the compressed bytes
 * @param toc digest of its table of contents, if it is an eStargz
 */
public record NewLayer(Digest blob, Digest diffId, long size, Optional<Digest> toc) {
  /** Where a descriptor tells the digest of an eStargz layer's table of contents. */
  public static final String TOC_ANNOTATION = "containerd.io/snapshot/stargz/toc.digest";

  /** A layer that is no eStargz. */
  public NewLayer(Digest blob, Digest diffId, long size) {
    this(blob, diffId, size, Optional.empty());
  }

  public NewLayer {
    if (size <= 0) {
      throw new IllegalArgumentException("a layer cannot have %d bytes".formatted(size));
    }
  }

  /** What an upload needs to know: digest and size. The type is the manifest's to say. */
  public Descriptor forUpload() {
    return new Descriptor("application/octet-stream", blob, size);
  }
}
