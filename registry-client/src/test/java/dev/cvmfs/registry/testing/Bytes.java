package dev.cvmfs.registry.testing;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Content for tests, the same in each run. */
public final class Bytes {
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  private Bytes() {}

  public static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  public static Descriptor describe(byte[] bytes) {
    return new Descriptor("application/octet-stream", Digest.sha256(bytes), bytes.length);
  }

  /** An image manifest without layers, told apart by an annotation. */
  public static RawManifest manifest(String note) {
    return new RawManifest(
        """
        {"schemaVersion":2,"mediaType":"%s","config":{},"layers":[],"annotations":{"note":"%s"}}"""
            .formatted(OCI_MANIFEST, note)
            .getBytes(StandardCharsets.UTF_8),
        OCI_MANIFEST);
  }

  /** An artifact's manifest that refers to another one. */
  public static RawManifest referrer(String artifactType, Descriptor subject) {
    String json =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"%s","config":{},"layers":[],
        "subject":{"mediaType":"%s","digest":"%s","size":%d},"annotations":{"note":"signed"}}"""
            .formatted(
                OCI_MANIFEST, artifactType, subject.mediaType(), subject.digest(), subject.size());
    return new RawManifest(json.getBytes(StandardCharsets.UTF_8), OCI_MANIFEST);
  }
}
