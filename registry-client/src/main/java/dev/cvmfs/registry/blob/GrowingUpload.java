package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Origin;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Retries;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what there is of a blob while it is written:
 *
 * <ol>
 *   <li>It begins a session as soon as the spool holds a chunk, and sends chunk after chunk. A cut
 *       is answered as ever: the registry is asked how far it got.
 *   <li>A host that takes no chunks gets one PATCH of unknown length that waits for the writer.
 *       Where that does not work either, nothing is sent early. Both is remembered.
 *   <li>A session that is lost is begun again, from the spool's first byte.
 *   <li>Once the blob is complete, no other chunk is begun; a stream is sent to its end. Once the
 *       blob is given up, not even that, and the session is cancelled.
 * </ol>
 */
final class GrowingUpload implements Callable<Headway> {
  private static final Logger LOG = LoggerFactory.getLogger(GrowingUpload.class);

  private final RepositoryEndpoint repository;
  private final UploadHabits habits;
  private final BlobSource spool;
  private final Spooled spooled;
  private final long usualChunk;

  GrowingUpload(
      RepositoryEndpoint repository,
      UploadHabits habits,
      BlobSource spool,
      Spooled spooled,
      long chunk) {
    this.repository = repository;
    this.habits = habits;
    this.spool = spool;
    this.spooled = spooled;
    this.usualChunk = chunk;
  }

  /** How one session went: how much of the blob it has, or how it ended before its time. */
  private sealed interface Attempt {
    record Sent(long bytes) implements Attempt {}

    record Ended(Outcome outcome) implements Attempt {}
  }

  /** Sends until the blob is complete or given up, or the host turns out not to take it. */
  @Override
  public Headway call() {
    try {
      return climb();
    } catch (RegistryFailure | UncheckedIOException e) {
      // The blob goes up when it is complete, or fails then and says why.
      LOG.debug("no early upload: {}", e.getMessage());
      return new Headway.None();
    }
  }

  private Headway climb() {
    Retries retries = repository.exchange().retries();
    Optional<Rung> rung = habits.early(repository.origin());
    while (rung.isPresent() && spooled.growsTo(usualChunk)) {
      UploadSession session;
      try {
        session = UploadSession.start(repository, "upload to " + repository.display());
      } catch (RegistryFailure.Unauthorized | RegistryFailure.Denied e) {
        // There is no other way up than through a session.
        return new Headway.Refused(e);
      }
      Attempt attempt = attempt(rung.get(), session);
      if (attempt instanceof Attempt.Sent sent) {
        return new Headway.Begun(session, sent.bytes());
      }
      if (attempt instanceof Attempt.Ended ended) {
        rung = after(rung.get(), ended.outcome(), retries);
      }
    }
    return new Headway.None();
  }

  /** The way of the next session; empty if there shall be none. */
  private Optional<Rung> after(Rung rung, Outcome outcome, Retries retries) {
    Origin origin = repository.origin();
    if (outcome instanceof Outcome.Unsuited) {
      habits.rememberEarly(origin, rung.next());
      return rung.next();
    }
    boolean again = outcome instanceof Outcome.Lost lost && retries.again(origin, lost.answer());
    return again ? Optional.of(rung) : Optional.empty();
  }

  private Attempt attempt(Rung rung, UploadSession session) {
    boolean wanted = false;
    try {
      Attempt attempt = rung == Rung.CHUNKED ? chunks(session) : stream(session);
      wanted = attempt instanceof Attempt.Sent && spooled.isComplete();
      return attempt;
    } finally {
      if (!wanted) {
        session.cancel();
      }
    }
  }

  private Attempt chunks(UploadSession session) {
    long chunk = Math.max(usualChunk, session.smallestChunk());
    long sent = 0;
    while (spooled.growsTo(sent + chunk)) {
      Optional<Outcome> end =
          new ChunkedUpload(repository, session, this::whileWanted, sent + chunk, chunk, sent)
              .run();
      if (end.isPresent()) {
        return new Attempt.Ended(end.get());
      }
      sent += chunk;
    }
    return new Attempt.Sent(sent);
  }

  private Attempt stream(UploadSession session) {
    try {
      Reply reply = session.stream(new GrowingBody(spool, spooled));
      return reply.isSuccess()
          ? new Attempt.Sent(spooled.await(0))
          : new Attempt.Ended(Outcome.of(session.failure(reply), reply, true));
    } catch (RegistryFailure.Transport e) {
      return new Attempt.Ended(Outcome.of(e));
    }
  }

  /** The spool, which cannot be read any more when the upload is given up. */
  private InputStream whileWanted(long from) throws IOException {
    return new FilterInputStream(spool.open(from)) {
      @Override
      public int read(byte[] bytes, int start, int length) throws IOException {
        if (spooled.isGivenUp()) {
          throw new IOException("the upload was given up");
        }
        return super.read(bytes, start, length);
      }
    };
  }
}
