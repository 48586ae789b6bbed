package dev.cvmfs.registry.http;

import dev.cvmfs.registry.Digest;
import java.net.URI;
import java.util.Optional;

/**
 * One repository as the distribution API sees it: its URLs, and the way to send requests there.
 *
 * @param base scheme and authority of the registry
 * @param repository the repository's path
 * @param mirrored the registry that it is a mirror of, which such mirrors want to know
 * @param exchange sends requests with the repository's authorization
 */
public record RepositoryEndpoint(
    URI base, String repository, Optional<String> mirrored, Exchange exchange) {

  /** A request that only reads. */
  public Request reading(String method, String purpose, URI url) {
    return Request.of(method, purpose, url).access(Access.reading(repository));
  }

  /** A request that writes. */
  public Request writing(String method, String purpose, URI url) {
    return Request.of(method, purpose, url).access(Access.writing(repository));
  }

  /** A request to have a blob of another repository of the registry here too. */
  public Request mounting(String purpose, Digest digest, String source) {
    URI url = under("blobs/uploads/?mount=" + digest + "&from=" + source);
    return Request.of("POST", purpose, url).access(Access.mounting(repository, source));
  }

  public URI manifest(String reference) {
    return under("manifests/" + reference);
  }

  public URI blob(Digest digest) {
    return under("blobs/" + digest);
  }

  public URI uploads() {
    return under("blobs/uploads/");
  }

  /** The first page of the list of tags; more than 1000 at once is an error at Amazon's. */
  public URI tags() {
    return under("tags/list?n=1000");
  }

  public URI referrers(Digest subject) {
    return under("referrers/" + subject);
  }

  public Origin origin() {
    return Origin.of(base);
  }

  /** Host and path, for messages. */
  public String display() {
    return origin().authority() + "/" + repository;
  }

  private URI under(String rest) {
    String namespace =
        mirrored.map(host -> (rest.contains("?") ? "&" : "?") + "ns=" + host).orElse("");
    return URI.create(Origin.of(base) + "/v2/" + repository + "/" + rest + namespace);
  }
}
