package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.EarlyUpload;
import dev.cvmfs.registry.http.Origin;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Retries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Uploads blobs to one repository, by a ladder:
 *
 * <ol>
 *   <li>HEAD: the registry has it. Nothing is sent.
 *   <li>POST with {@code mount}, if another repository there is known to have it. Nothing is sent.
 *   <li>POST, then one PUT with the whole blob.
 *   <li>POST, PATCH by PATCH, then an empty PUT.
 *   <li>POST, one PATCH with the whole blob, then an empty PUT.
 * </ol>
 *
 * <p>A registry that does not take a rung (405, 411, 413, 501 and the like) moves us to the next,
 * and the host's rung is remembered. A cut is never answered by sending the same bytes again
 * blindly: a status query says where the session stands and the upload goes on from there by
 * chunks; if the session is gone, HEAD says whether the blob arrived after all, and only then a new
 * one is begun. Whatever happens, a session that is not ended is cancelled.
 */
public final class BlobUpload {
  private final RepositoryEndpoint repository;
  private final BlobDownload downloads;
  private final UploadHabits habits;
  private final long chunk;

  /**
   * @param chunk size of the parts in bytes where it has to be parts
   */
  public BlobUpload(
      RepositoryEndpoint repository, BlobDownload downloads, UploadHabits habits, long chunk) {
    this.repository = repository;
    this.downloads = downloads;
    this.habits = habits;
    this.chunk = chunk;
  }

  /** See {@link dev.cvmfs.registry.ImageStore#pushBlob}. */
  public boolean push(Descriptor blob, BlobSource source, Optional<String> sibling)
      throws IOException {
    if (downloads.has(blob.digest())) {
      return false;
    }
    Mount mount = mount(blob.digest(), sibling);
    if (mount instanceof Mount.Done) {
      return false;
    }
    send(
        blob,
        source,
        mount instanceof Mount.Begun begun ? Optional.of(begun.session()) : Optional.empty());
    return true;
  }

  /** See {@link dev.cvmfs.registry.ImageStore#mountBlob}. */
  public boolean mount(Digest digest, String sibling) {
    Mount mount = mount(digest, Optional.of(sibling));
    if (mount instanceof Mount.Begun begun) {
      begun.session().cancel();
    }
    return mount instanceof Mount.Done;
  }

  /** See {@link dev.cvmfs.registry.ImageStore#beginBlob}. */
  public EarlyUpload begin(BlobSource spool) {
    return EarlyBlobUpload.begin(repository, downloads, this, habits, spool, chunk);
  }

  /**
   * Sends a blob that is not there.
   *
   * @param begun a session for it, if there is one already
   */
  void send(Descriptor blob, BlobSource source, Optional<UploadSession> begun) throws IOException {
    try {
      climb(blob, source, begun);
    } catch (UncheckedIOException e) {
      throw unreadable(blob, e);
    }
  }

  /**
   * Sends the rest of a blob, if its session takes it; ends the session.
   *
   * @param sent how much of the blob the session has already
   * @return whether the registry has the blob now
   */
  boolean sendRest(Descriptor blob, BlobSource source, UploadSession session, long sent)
      throws IOException {
    try {
      return attempt(blob, source, session, attempt -> attempt.chunked(sent))
          instanceof Outcome.Done;
    } catch (UncheckedIOException e) {
      throw unreadable(blob, e);
    }
  }

  /** Trouble on our side, as it is told. */
  private static IOException unreadable(Descriptor blob, UncheckedIOException cause) {
    return new IOException(
        "Cannot read blob %s for its upload: %s".formatted(blob.digest(), cause.getMessage()),
        cause.getCause());
  }

  private Mount mount(Digest digest, Optional<String> sibling) {
    Origin origin = repository.origin();
    if (sibling.isEmpty()
        || sibling.get().equals(repository.repository())
        || !habits.mounts(origin)) {
      return new Mount.Refused(false);
    }
    Mount mount = Mount.attempt(repository, digest, sibling.get());
    if (mount instanceof Mount.Refused refused && refused.forGood()) {
      habits.rememberNoMounts(origin);
    }
    return mount;
  }

  private void climb(Descriptor blob, BlobSource source, Optional<UploadSession> first) {
    Origin origin = repository.origin();
    Rung rung = habits.of(origin);
    Retries retries = repository.exchange().retries();
    Optional<UploadSession> begun = first;
    while (true) {
      UploadSession session = begun.orElseGet(() -> UploadSession.start(repository, blob.digest()));
      begun = Optional.empty();
      Outcome outcome = attempt(blob, source, session, way(rung));
      if (outcome instanceof Outcome.Done) {
        habits.remember(origin, rung);
        return;
      }
      if (outcome instanceof Outcome.Unsuited unsuited) {
        rung = rung.next().orElseThrow(unsuited::failure);
      } else if (outcome instanceof Outcome.Lost lost && !retries.again(origin, lost.answer())) {
        throw lost.failure();
      }
    }
  }

  private static Function<UploadAttempt, Outcome> way(Rung rung) {
    return switch (rung) {
      case MONOLITHIC -> UploadAttempt::monolithic;
      case CHUNKED -> UploadAttempt::chunked;
      case STREAMED -> UploadAttempt::streamed;
    };
  }

  private Outcome attempt(
      Descriptor blob,
      BlobSource source,
      UploadSession session,
      Function<UploadAttempt, Outcome> way) {
    boolean ended = false;
    try {
      Outcome outcome =
          way.apply(new UploadAttempt(repository, downloads, session, blob, source, chunk));
      ended = outcome instanceof Outcome.Done;
      return outcome;
    } finally {
      if (!ended) {
        session.cancel();
      }
    }
  }
}
