package dev.cvmfs.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * An image of one layer that nobody can unpack, pushed without any tool: for reading it is fine.
 */
public final class PlainImage {
  /** The type of its manifest. */
  public static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

  private final RegistryHttp repository;
  private final String architecture;

  /**
   * An image for amd64 on a registry without TLS.
   *
   * @param host {@code 127.0.0.1:<port>}
   * @param name of the repository, such as {@code test/image}
   */
  public PlainImage(String host, String name) {
    this(new RegistryHttp(host, name), "amd64");
  }

  /** An image for an architecture. */
  public PlainImage(RegistryHttp repository, String architecture) {
    this.repository = repository;
    this.architecture = architecture;
  }

  /** Pushes it under a tag, and returns its manifest. */
  public String push(String tag) throws IOException, InterruptedException {
    byte[] layer = bytes("not a layer, really");
    byte[] config =
        bytes(
            "{\"architecture\":\"%s\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
                .formatted(architecture, RegistryHttp.digest(layer)));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}
        """
            .formatted(
                MANIFEST_TYPE,
                repository.pushBlob(config),
                config.length,
                repository.pushBlob(layer),
                layer.length);
    repository.putManifest(tag, MANIFEST_TYPE, manifest);
    return manifest;
  }

  /** How an index names such a manifest, without the closing brace. */
  public static String descriptor(String manifest) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d"
        .formatted(MANIFEST_TYPE, RegistryHttp.digest(bytes(manifest)), bytes(manifest).length);
  }

  /** The manifest under a tag, as it is. */
  public String manifest(String tag) throws IOException, InterruptedException {
    return repository.manifest(tag);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
