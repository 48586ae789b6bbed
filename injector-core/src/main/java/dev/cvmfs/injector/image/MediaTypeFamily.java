package dev.cvmfs.injector.image;

/**
 * The two vocabularies of media types. Runtimes refuse images that mix them, so a new layer speaks
 * the one of its manifest.
 */
public enum MediaTypeFamily {
  OCI("application/vnd.oci.image.layer.v1.tar+gzip"),
  DOCKER("application/vnd.docker.image.rootfs.diff.tar.gzip");

  private final String layer;

  MediaTypeFamily(String layer) {
    this.layer = layer;
  }

  /** The media type of a layer that is a tar compressed with gzip. */
  public String layer() {
    return layer;
  }
}
