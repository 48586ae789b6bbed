package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.EarlyUpload;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Uploads a blob while it is written:
 *
 * <ol>
 *   <li>A thread of its own sends what there is of it ({@link GrowingUpload}).
 *   <li>When the blob is complete, its digest is looked for. If the registry has it, no other chunk
 *       is begun, and the session is cancelled.
 *   <li>Otherwise the thread ends what it is at, and the rest is sent and committed in its session.
 *       If there is none, or it does not end well, the blob goes up like any other.
 * </ol>
 */
final class EarlyBlobUpload implements EarlyUpload {
  private final BlobDownload downloads;
  private final BlobUpload uploads;
  private final BlobSource spool;
  private final Spooled spooled = new Spooled();
  private final FutureTask<Headway> work;

  private EarlyBlobUpload(
      RepositoryEndpoint repository,
      BlobDownload downloads,
      BlobUpload uploads,
      UploadHabits habits,
      BlobSource spool,
      long chunk) {
    this.downloads = downloads;
    this.uploads = uploads;
    this.spool = spool;
    this.work = new FutureTask<>(new GrowingUpload(repository, habits, spool, spooled, chunk));
  }

  static EarlyUpload begin(
      RepositoryEndpoint repository,
      BlobDownload downloads,
      BlobUpload uploads,
      UploadHabits habits,
      BlobSource spool,
      long chunk) {
    EarlyBlobUpload upload =
        new EarlyBlobUpload(repository, downloads, uploads, habits, spool, chunk);
    Thread thread = new Thread(upload.work, "upload to " + repository.display());
    thread.setDaemon(true);
    thread.start();
    return upload;
  }

  @Override
  public void available(long bytes) {
    if (work.isDone() && headway() instanceof Headway.Refused refused) {
      throw refused.failure();
    }
    spooled.grow(bytes);
  }

  @Override
  public boolean finish(Descriptor blob) throws IOException {
    if (downloads.has(blob.digest())) {
      // A chunk on its way is not cut: registries may still write it when the session is cancelled.
      spooled.stop();
      headway();
      return false;
    }
    spooled.complete(blob.size());
    boolean done =
        headway() instanceof Headway.Begun begun
            && uploads.sendRest(blob, spool, begun.session(), begun.sent());
    if (!done) {
      uploads.send(blob, spool, Optional.empty());
    }
    return true;
  }

  /** Waits for the thread, which cancels its session if it was not asked to finish before. */
  @Override
  public void close() {
    spooled.giveUp();
    headway();
  }

  /** What the thread has come to; waits for its end. */
  private Headway headway() {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure.Transport("interrupted while waiting for an upload", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an early upload ended in no way that it should", e);
    }
  }
}
