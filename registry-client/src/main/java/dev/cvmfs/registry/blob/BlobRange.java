package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.http.Failures;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.Response;
import java.io.IOException;
import java.util.Optional;

/**
 * Asks for bytes of a blob, always at the registry's own URL: the target of its redirect may have
 * expired meanwhile.
 *
 * @param repository where the blob is
 * @param descriptor the blob
 * @param from offset of the first byte wanted
 * @param to offset after the last byte wanted
 */
record BlobRange(RepositoryEndpoint repository, Descriptor descriptor, long from, long to) {

  String purpose() {
    return "read blob %s@%s".formatted(repository.display(), descriptor.digest());
  }

  /** The answer to a plain GET, whose body is the whole blob. */
  Response whole() {
    Response response = repository.exchange().open(request());
    if (response.status() != 200) {
      throw refused(request(), response);
    }
    return response;
  }

  /** An answer whose body is exactly this range; empty if the registry does not serve it. */
  Optional<Response> exactly() throws IOException {
    Request request = from(from);
    Response response = repository.exchange().open(request);
    ContentRange wanted = new ContentRange(from, to - 1);
    if (response.status() == 206
        && range(response).equals(Optional.of(wanted))
        && !response.headers().has("Content-Encoding")) {
      return Optional.of(response);
    }
    if (response.status() == 200 || response.status() == 206 || response.status() == 416) {
      response.close();
      return Optional.empty();
    }
    throw refused(request, response);
  }

  /**
   * An answer whose body goes on at the given offset of the blob.
   *
   * @throws IOException if the connection breaks before that offset
   */
  Response resumedAt(long offset) throws IOException {
    Request request = from(offset);
    Response response = repository.exchange().open(request);
    if (response.status() == 206 && startsAt(response, offset)) {
      return response;
    }
    if (response.status() == 200) {
      response.body().skipNBytes(offset);
      return response;
    }
    throw refused(request, response);
  }

  private Request request() {
    return repository.reading("GET", purpose(), repository.blob(descriptor.digest()));
  }

  private Request from(long offset) {
    return request().header("Range", "bytes=" + offset + "-" + (to - 1));
  }

  private static boolean startsAt(Response response, long offset) {
    return range(response).filter(range -> range.first() == offset).isPresent();
  }

  private static Optional<ContentRange> range(Response response) {
    return response.headers().first("Content-Range").flatMap(ContentRange::parse);
  }

  private static RuntimeException refused(Request request, Response response) {
    try (response) {
      Reply reply = response.read(64 * 1024);
      return Failures.of(request, reply);
    } catch (IOException e) {
      return Failures.broken(request, e);
    }
  }
}
