package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Headers;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Retries;
import dev.cvmfs.registry.http.Statuses;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Feeds one session chunk by chunk and keeps count of what the registry has.
 *
 * <p>Where an answer claims fewer bytes than were sent, the claim is believed once and the rest
 * sent again; a 416 to that means the claim was stale (ECR), and we go on behind what was sent.
 * After a cut or a transient error the registry is asked where the session stands.
 */
final class ChunkedUpload {
  private final RepositoryEndpoint repository;
  private final UploadSession session;
  private final BlobSource source;
  private final long size;
  private final long chunk;
  private final Retries retries;
  private long offset;
  private long sentUpTo;
  private boolean doubted;

  /**
   * @param from how much of the blob the session has already
   */
  ChunkedUpload(
      RepositoryEndpoint repository,
      UploadSession session,
      BlobSource source,
      long size,
      long chunk,
      long from) {
    this.repository = repository;
    this.session = session;
    this.source = source;
    this.size = size;
    this.chunk = Math.max(chunk, session.smallestChunk());
    this.retries = repository.exchange().retries();
    this.offset = from;
    this.sentUpTo = from;
  }

  /** Sends all that is missing; empty if it worked, or how it ended. */
  Optional<Outcome> run() {
    Optional<Outcome> end = Optional.empty();
    while (offset < size && end.isEmpty()) {
      end = next();
    }
    return end;
  }

  private Optional<Outcome> next() {
    long end = Math.min(size, offset + chunk);
    try {
      Reply reply = session.chunk(new SourceBody(source, offset, end));
      if (reply.isSuccess()) {
        advance(reply, end);
        return Optional.empty();
      }
      if (reply.status() == 416 && sentUpTo > offset) {
        offset = sentUpTo;
        return Optional.empty();
      }
      RegistryFailure failure = session.failure(reply);
      boolean askWhere =
          Statuses.isTransient(reply.status()) || (reply.status() == 416 && sentUpTo > 0);
      return askWhere
          ? resume(failure, reply.headers())
          : Optional.of(Outcome.of(failure, reply, sentUpTo == 0));
    } catch (RegistryFailure.Transport e) {
      return resume(e, Headers.NONE);
    }
  }

  private void advance(Reply reply, long end) {
    OptionalLong reported = UploadRange.received(reply.headers());
    boolean fewer =
        reported.isPresent() && reported.getAsLong() >= offset && reported.getAsLong() < end;
    sentUpTo = Math.max(sentUpTo, end);
    if (fewer && !doubted) {
      doubted = true;
      offset = reported.getAsLong();
    } else {
      offset = end;
    }
    retries.progress();
  }

  private Optional<Outcome> resume(RegistryFailure failure, Headers answer) {
    if (!retries.again(repository.origin(), answer)) {
      return Optional.of(new Outcome.Lost(failure, answer));
    }
    OptionalLong received = session.received();
    if (received.isEmpty() || received.getAsLong() > size) {
      return Optional.of(new Outcome.Lost(failure, answer));
    }
    offset = received.getAsLong();
    return Optional.empty();
  }
}
