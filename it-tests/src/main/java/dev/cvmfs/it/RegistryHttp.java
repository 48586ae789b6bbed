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
 * One repository of a registry without TLS, spoken to without any client of ours or others: for
 * documents that no tool writes.
 */
public final class RegistryHttp {
  private static final String ANY_MANIFEST =
      "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json,"
          + " application/vnd.docker.distribution.manifest.v2+json,"
          + " application/vnd.docker.distribution.manifest.list.v2+json";

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI repository;

  /**
   * A repository.
   *
   * @param host {@code 127.0.0.1:<port>}
   * @param name such as {@code test/image}
   */
  public RegistryHttp(String host, String name) {
    this.repository = URI.create("http://%s/v2/%s/".formatted(host, name));
  }

  /** Uploads a blob; its digest. */
  public String pushBlob(byte[] content) throws IOException, InterruptedException {
    HttpResponse<byte[]> begun =
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
    return digest(content);
  }

  /** Stores a manifest or index under a tag or digest; its digest. */
  public String putManifest(String reference, String mediaType, String json)
      throws IOException, InterruptedException {
    send(
        HttpRequest.newBuilder(repository.resolve("manifests/" + reference))
            .header("Content-Type", mediaType)
            .PUT(BodyPublishers.ofString(json)));
    return digest(json.getBytes(StandardCharsets.UTF_8));
  }

  /** The manifest or index under a tag or digest, as it is. */
  public String manifest(String reference) throws IOException, InterruptedException {
    return new String(
        send(HttpRequest.newBuilder(repository.resolve("manifests/" + reference))
                .header("Accept", ANY_MANIFEST))
            .body(),
        StandardCharsets.UTF_8);
  }

  /** A blob. */
  public byte[] blob(String digest) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(repository.resolve("blobs/" + digest))).body();
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "%s: %d %s"
              .formatted(
                  response.uri(),
                  response.statusCode(),
                  new String(response.body(), StandardCharsets.UTF_8)));
    }
    return response;
  }

  /** The SHA-256 digest of bytes, as registries write it. */
  public static String digest(byte[] content) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
