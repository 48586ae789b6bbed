package dev.cvmfs.registry;

import java.util.Arrays;

/** A manifest or index exactly as the registry holds it: the bytes are what the digest is of. */
public final class RawManifest {
  private final byte[] bytes;
  private final String mediaType;
  private final Digest digest;

  public RawManifest(byte[] bytes, String mediaType) {
    this.bytes = bytes.clone();
    this.mediaType = mediaType;
    this.digest = Digest.sha256(bytes);
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * The media type without parameters, as settled from Content-Type, {@code mediaType} field and
   * shape.
   */
  public String mediaType() {
    return mediaType;
  }

  public Digest digest() {
    return digest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawManifest that
        && mediaType.equals(that.mediaType)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return mediaType + " " + digest;
  }
}
