package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.ErrorBody;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.RequestBody;
import dev.cvmfs.registry.http.Retries;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One attempt to upload one blob in one session.
 *
 * @param repository where to
 * @param downloads tells whether the blob is there
 * @param session a fresh session
 * @param blob what
 * @param source its bytes
 * @param chunk size of the parts in bytes
 */
record UploadAttempt(
    RepositoryEndpoint repository,
    BlobDownload downloads,
    UploadSession session,
    Descriptor blob,
    BlobSource source,
    long chunk) {
  private static final int LOOKS = 3;

  Outcome monolithic() {
    try {
      return committed(session.commit(blob.digest(), everything()), true);
    } catch (RegistryFailure.Transport e) {
      OptionalLong received = session.received();
      return received.orElse(0) > 0 && received.getAsLong() <= blob.size()
          ? chunked(received.getAsLong())
          : settled(Outcome.of(e));
    }
  }

  Outcome chunked() {
    return chunked(0);
  }

  Outcome streamed() {
    try {
      Reply reply = session.stream(everything());
      return reply.isSuccess() ? commit() : Outcome.of(session.failure(reply), reply, true);
    } catch (RegistryFailure.Transport e) {
      return Outcome.of(e);
    }
  }

  /**
   * @param from how much of the blob the session has already
   */
  Outcome chunked(long from) {
    Optional<Outcome> early =
        new ChunkedUpload(repository, session, source, blob.size(), chunk, from).run();
    return early.orElseGet(this::commit);
  }

  /** Ends a session that has all of the blob. */
  private Outcome commit() {
    try {
      return committed(session.commit(blob.digest(), RequestBody.EMPTY), false);
    } catch (RegistryFailure.Transport e) {
      return settled(Outcome.of(e));
    }
  }

  private Outcome committed(Reply reply, boolean nothingTaken) {
    if (reply.status() == 201) {
      return new Outcome.Done();
    }
    if (ErrorBody.of(reply).has("DIGEST_INVALID")) {
      checkSource();
    }
    return settled(Outcome.of(session.failure(reply), reply, nothingTaken));
  }

  /**
   * What became of a commit whose answer is lost or unclear: registries go on working when a proxy
   * before them has given up, so they are asked for the blob more than once.
   */
  private Outcome settled(Outcome outcome) {
    if (!(outcome instanceof Outcome.Lost)) {
      return outcome;
    }
    Retries retries = repository.exchange().retries();
    for (int look = 1; ; look++) {
      if (downloads.has(blob.digest())) {
        return new Outcome.Done();
      }
      if (look == LOOKS || !retries.again()) {
        return outcome;
      }
    }
  }

  private SourceBody everything() {
    return new SourceBody(source, 0, blob.size());
  }

  /** Finds out whose fault a wrong digest is: sending the wrong bytes another way does not help. */
  private void checkSource() {
    try (InputStream in = source.open(0)) {
      MessageDigest hash = blob.digest().newHash();
      byte[] buffer = new byte[128 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hash.update(buffer, 0, read);
      }
      if (!blob.digest().matches(hash.digest())) {
        throw new IOException("its bytes have another digest");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
