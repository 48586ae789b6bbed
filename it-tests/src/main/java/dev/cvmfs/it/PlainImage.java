package dev.cvmfs.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * An image of one layer that nobody can unpack, pushed without any tool: for reading it is fine.
 */
public final class PlainImage {
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI repository;

  /**
   * An image on a registry without TLS.
   *
   * @param host {@code 127.0.0.1:<port>}
   * @param name of the repository, such as {@code test/image}
   */
  public PlainImage(String host, String name) {
    this.repository = URI.create("http://%s/v2/%s/".formatted(host, name));
  }

  /** Pushes it under a tag. */
  public void push(String tag) throws IOException, InterruptedException {
    byte[] layer = bytes("not a layer, really");
    byte[] config =
        bytes(
            "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
                .formatted(digest(layer)));
    pushBlob(layer);
    pushBlob(config);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}
        """
            .formatted(MANIFEST_TYPE, digest(config), config.length, digest(layer), layer.length);
    send(
        HttpRequest.newBuilder(repository.resolve("manifests/" + tag))
            .header("Content-Type", MANIFEST_TYPE)
            .PUT(BodyPublishers.ofString(manifest)));
  }

  /** The manifest under a tag, as it is. */
  public String manifest(String tag) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(repository.resolve("manifests/" + tag))
            .header("Accept", MANIFEST_TYPE))
        .body();
  }

  private void pushBlob(byte[] content) throws IOException, InterruptedException {
    HttpResponse<String> begun =
        send(
            HttpRequest.newBuilder(repository.resolve("blobs/uploads/"))
                .POST(BodyPublishers.noBody()));
    String location = begun.headers().firstValue("Location").orElseThrow();
    String separator = location.contains("?") ? "&" : "?";
    URI target = repository.resolve(location + separator + "digest=" + digest(content));
    send(
        HttpRequest.newBuilder(target)
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(content)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "%s: %d %s".formatted(response.uri(), response.statusCode(), response.body()));
    }
    return response;
  }

  private static String digest(byte[] content) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
