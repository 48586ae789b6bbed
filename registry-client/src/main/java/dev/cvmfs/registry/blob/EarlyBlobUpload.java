package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.EarlyUpload;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Retries;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads a blob while it is written:
 *
 * <ol>
 *   <li>A thread of its own begins a session as soon as the spool holds a chunk, and sends chunk
 *       after chunk. A cut is answered as ever: the registry is asked how far it got.
 *   <li>A host that takes no chunks gets one PATCH of unknown length that waits for the writer.
 *       Where that does not work either, nothing is sent early. Both is remembered.
 *   <li>A session that is lost is begun again, from the spool's first byte.
 *   <li>When the blob is complete, its digest is looked for; the rest is sent and committed. If the
 *       session is not there or does not end well, the blob goes up like any other.
 * </ol>
 */
final class EarlyBlobUpload implements EarlyUpload {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyBlobUpload.class);

  private final RepositoryEndpoint repository;
  private final BlobDownload downloads;
  private final BlobUpload uploads;
  private final UploadHabits habits;
  private final BlobSource spool;
  private final long usualChunk;
  private final Spooled spooled = new Spooled();
  private final Thread thread;
  private volatile Optional<RegistryFailure> refusal = Optional.empty();

  // Of the thread while it runs, of the caller after it has been joined.
  private Optional<UploadSession> session = Optional.empty();
  private long offset;
  private boolean streamed;

  EarlyBlobUpload(
      RepositoryEndpoint repository,
      BlobDownload downloads,
      BlobUpload uploads,
      UploadHabits habits,
      BlobSource spool,
      long chunk) {
    this.repository = repository;
    this.downloads = downloads;
    this.uploads = uploads;
    this.habits = habits;
    this.spool = spool;
    this.usualChunk = chunk;
    this.thread = new Thread(this::run, "upload to " + repository.display());
    thread.setDaemon(true);
  }

  EarlyBlobUpload start() {
    thread.start();
    return this;
  }

  @Override
  public void available(long bytes) {
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    spooled.grow(bytes);
  }

  @Override
  public boolean finish(Descriptor blob) throws IOException {
    spooled.grow(blob.size());
    spooled.complete();
    join();
    if (session.isPresent()) {
      if (downloads.has(blob.digest())) {
        forget();
        return false;
      }
      if (isCommitted(session.get(), blob)) {
        return true;
      }
    }
    return uploads.push(blob, spool, Optional.empty());
  }

  private boolean isCommitted(UploadSession begun, Descriptor blob) throws IOException {
    UploadAttempt attempt =
        new UploadAttempt(repository, downloads, begun, blob, spool, chunk(begun));
    try {
      Outcome outcome = streamed ? attempt.commit() : attempt.chunked(offset);
      if (outcome instanceof Outcome.Done) {
        session = Optional.empty();
        return true;
      }
      return false;
    } catch (UncheckedIOException e) {
      throw uploads.unreadable(blob, e);
    } finally {
      forget();
    }
  }

  @Override
  public void close() {
    spooled.giveUp();
    join();
    forget();
  }

  private void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure.Transport(
          "interrupted while uploading to " + repository.display(), e);
    }
  }

  /** Has the registry forget the session, if there still is one. */
  private void forget() {
    session.ifPresent(UploadSession::cancel);
    session = Optional.empty();
  }

  private void run() {
    Retries retries = repository.exchange().retries();
    try {
      if (spooled.await(usualChunk) < usualChunk) {
        return;
      }
      for (Optional<Rung> rung = habits.early(repository.origin());
          rung.isPresent() && !spooled.isGivenUp(); ) {
        session = Optional.of(begin());
        offset = 0;
        Optional<Outcome> end =
            rung.get() == Rung.CHUNKED ? chunks(session.get()) : stream(session.get());
        if (end.isEmpty()) {
          return;
        }
        forget();
        if (end.get() instanceof Outcome.Unsuited) {
          rung = rung.get().next();
          habits.rememberEarly(repository.origin(), rung);
        } else if (end.get() instanceof Outcome.Lost lost
            && !retries.again(repository.origin(), lost.answer())) {
          return;
        }
      }
    } catch (RegistryFailure | UncheckedIOException e) {
      // The blob goes up when it is complete, or fails then and says why.
      LOG.debug("no early upload: {}", e.getMessage());
      forget();
    }
  }

  private UploadSession begin() {
    try {
      return UploadSession.start(repository, "upload to " + repository.display());
    } catch (RegistryFailure.Unauthorized | RegistryFailure.Denied e) {
      // There is no other way up than through a session.
      refusal = Optional.of(e);
      throw e;
    }
  }

  /** Sends whole chunks until there are no more; empty if that went well. */
  private Optional<Outcome> chunks(UploadSession begun) {
    long chunk = chunk(begun);
    while (spooled.await(offset + chunk) >= offset + chunk) {
      Optional<Outcome> end =
          new ChunkedUpload(repository, begun, this::whileWanted, offset + chunk, chunk, offset)
              .run();
      if (end.isPresent()) {
        return end;
      }
      offset += chunk;
    }
    return Optional.empty();
  }

  private Optional<Outcome> stream(UploadSession begun) {
    try {
      Reply reply = begun.stream(new GrowingBody(spool, spooled));
      streamed = reply.isSuccess();
      return streamed
          ? Optional.empty()
          : Optional.of(Outcome.of(begun.failure(reply), reply, true));
    } catch (RegistryFailure.Transport e) {
      return Optional.of(Outcome.of(e));
    }
  }

  private long chunk(UploadSession begun) {
    return Math.max(usualChunk, begun.smallestChunk());
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
