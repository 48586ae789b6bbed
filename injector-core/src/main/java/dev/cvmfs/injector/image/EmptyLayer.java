package dev.cvmfs.injector.image;

import dev.cvmfs.registry.Digest;
import java.util.HexFormat;

/**
 * The layer without files that makes an image injectable: a tar of nothing but its two closing
 * blocks of zeros. The gzip bytes are the well-known ones that Docker has used since 2014 (and many
 * registries hold already), written down here so that they depend on no compressor.
 */
public final class EmptyLayer {
  private static final byte[] BLOB =
      HexFormat.of().parseHex("1f8b080000096e8800ff621805a360148c5800080000ffff2eafb5ef00040000");

  /** The digest of 1,024 zero bytes. */
  static final Digest DIFF_ID =
      Digest.parse("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

  private EmptyLayer() {}

  /** The compressed bytes. */
  public static byte[] blob() {
    return BLOB.clone();
  }

  public static NewLayer layer() {
    return new NewLayer(Digest.sha256(BLOB), DIFF_ID, BLOB.length);
  }
}
