package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.ErrorBody;
import dev.cvmfs.registry.http.Headers;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.Statuses;
import java.util.Set;

/** How an attempt at an upload ended. */
sealed interface Outcome {

  /** The registry has the blob. */
  record Done() implements Outcome {}

  /**
   * The session is lost, by no fault that another one must have too.
   *
   * @param failure what to say if it is the last attempt
   * @param answer may ask to wait
   */
  record Lost(RegistryFailure failure, Headers answer) implements Outcome {}

  /** The registry does not take it this way. */
  record Unsuited(RegistryFailure failure) implements Outcome {}

  /** The outcome of a broken connection. */
  static Outcome of(RegistryFailure.Transport cut) {
    return new Lost(cut, Headers.NONE);
  }

  /**
   * The outcome that an unwelcome answer means.
   *
   * @param failure the answer as a failure
   * @param nothingTaken whether the session has not taken a byte before, so that the answer may be
   *     about the way of sending
   * @throws RegistryFailure the failure itself, if no other attempt can do better
   */
  static Outcome of(RegistryFailure failure, Reply reply, boolean nothingTaken) {
    ErrorBody error = ErrorBody.of(reply);
    int status = reply.status();
    boolean sessionUnknown =
        error.has("BLOB_UPLOAD_UNKNOWN") || (!nothingTaken && Set.of(404, 416).contains(status));
    boolean sessionSpoilt =
        !nothingTaken && (error.has("BLOB_UPLOAD_INVALID") || error.has("DIGEST_INVALID"));
    if (Statuses.isTransient(status) || reply.isSuccess() || sessionUnknown || sessionSpoilt) {
      return new Lost(failure, reply.headers());
    }
    boolean notThisWay =
        Set.of(405, 411, 413, 415, 501).contains(status) || error.has("UNSUPPORTED");
    if (notThisWay || (nothingTaken && Set.of(400, 404, 416).contains(status))) {
      return new Unsuited(failure);
    }
    throw failure;
  }
}
