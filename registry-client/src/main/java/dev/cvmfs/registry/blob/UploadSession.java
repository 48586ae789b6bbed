package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Failures;
import dev.cvmfs.registry.http.Locations;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.RequestBody;
import java.net.URI;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One upload session at a registry (distribution specification, "Pushing blobs"): begun by POST,
 * fed by PATCH, ended by PUT or DELETE. Its URL is whatever the last answer said, to the letter.
 */
final class UploadSession {
  private static final Logger LOG = LoggerFactory.getLogger(UploadSession.class);
  private static final long WORTH_ASKING_FIRST = 1 << 20;

  private final RepositoryEndpoint repository;
  private final String purpose;
  private final long smallestChunk;
  private URI location;

  private UploadSession(
      RepositoryEndpoint repository, String purpose, URI location, long smallestChunk) {
    this.repository = repository;
    this.purpose = purpose;
    this.location = location;
    this.smallestChunk = smallestChunk;
  }

  static UploadSession start(RepositoryEndpoint repository, Digest digest) {
    return start(repository, "upload blob %s to %s".formatted(digest, repository.display()));
  }

  /** Begins a session for a blob whose digest is not known yet. */
  static UploadSession start(RepositoryEndpoint repository, String purpose) {
    Request request =
        repository.writing("POST", purpose, repository.uploads()).body(RequestBody.EMPTY);
    Reply reply = repository.exchange().call(request);
    if (!reply.isSuccess()) {
      throw Failures.of(request, reply);
    }
    return begun(repository, purpose, reply);
  }

  /** The session that an answer to a mount has begun. */
  static UploadSession begun(RepositoryEndpoint repository, Digest digest, Reply reply) {
    return begun(repository, "upload blob %s to %s".formatted(digest, repository.display()), reply);
  }

  private static UploadSession begun(RepositoryEndpoint repository, String purpose, Reply reply) {
    String location =
        reply
            .headers()
            .first("Location")
            .orElseThrow(
                () ->
                    new RegistryFailure.Unsupported(
                        "Cannot %s: the registry does not say where to send it"
                            .formatted(purpose)));
    long smallest = reply.headers().number("OCI-Chunk-Min-Length").orElse(0L);
    return new UploadSession(repository, purpose, resolve(purpose, reply, location), smallest);
  }

  String purpose() {
    return purpose;
  }

  /** The smallest chunk the registry takes in bytes, except for the last; 0 if it does not say. */
  long smallestChunk() {
    return smallestChunk;
  }

  /** Sends a part that begins at the given offset, with its place in the blob. */
  Reply chunk(SourceBody part) {
    return send(patch(part).header("Content-Range", part.from() + "-" + (part.to() - 1)));
  }

  /** Sends everything in one PATCH that does not say what place it has. */
  Reply stream(RequestBody everything) {
    return send(patch(everything));
  }

  /** Ends the upload with what is still to be sent. */
  Reply commit(Digest digest, RequestBody rest) {
    String text = location.toString();
    URI target = URI.create(text + (text.contains("?") ? "&" : "?") + "digest=" + digest);
    Request request = repository.writing("PUT", purpose, target).patiently();
    return send(withBody(request, rest));
  }

  /** How many bytes the registry has; empty if it does not know or does not say. */
  OptionalLong received() {
    try {
      Reply reply = repository.exchange().call(repository.writing("GET", purpose, location));
      if (!reply.isSuccess()) {
        return OptionalLong.empty();
      }
      update(reply);
      return UploadRange.received(reply.headers());
    } catch (RegistryFailure e) {
      LOG.debug("no status: {}", e.getMessage());
      return OptionalLong.empty();
    }
  }

  /** Tells the registry to forget the upload. Whether it does is its own affair. */
  void cancel() {
    try {
      Reply reply =
          repository.exchange().call(repository.writing("DELETE", purpose, location).once());
      LOG.debug("cancelling the upload: {}", reply.status());
    } catch (RegistryFailure e) {
      LOG.debug("cancelling the upload: {}", e.getMessage());
    }
  }

  /** The failure that an unwelcome answer means. */
  RegistryFailure failure(Reply reply) {
    return Failures.of(Request.of("PUT", purpose, location), reply);
  }

  private Request patch(RequestBody body) {
    return withBody(repository.writing("PATCH", purpose, location), body);
  }

  private static Request withBody(Request request, RequestBody body) {
    Request complete = request.body(body).header("Content-Type", "application/octet-stream");
    // A registry that will refuse says so before it is sent a gigabyte.
    return body.length() >= WORTH_ASKING_FIRST
        ? complete.header("Expect", "100-continue")
        : complete;
  }

  private Reply send(Request request) {
    Reply reply = repository.exchange().call(request.once());
    if (reply.isSuccess()) {
      update(reply);
    }
    return reply;
  }

  private void update(Reply reply) {
    // ECR leaves it out; then the one before goes on being right.
    reply.headers().first("Location").ifPresent(text -> location = resolve(purpose, reply, text));
  }

  private static URI resolve(String purpose, Reply reply, String location) {
    try {
      return Locations.ofUpload(reply.url(), location);
    } catch (IllegalArgumentException e) {
      throw new RegistryFailure.Unsupported(
          "Cannot %s: the registry's Location is not one to go to: %s"
              .formatted(purpose, e.getMessage()));
    }
  }
}
