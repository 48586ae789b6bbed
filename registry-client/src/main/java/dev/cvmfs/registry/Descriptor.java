package dev.cvmfs.registry;

/**
 * What one document says about another: its type, digest and size in bytes (OCI image
 * specification, descriptor.md).
 */
public record Descriptor(String mediaType, Digest digest, long size) {
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("negative size %d of %s".formatted(size, digest));
    }
  }
}
