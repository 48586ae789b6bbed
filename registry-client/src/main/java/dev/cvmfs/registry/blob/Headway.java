package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.RegistryFailure;

/** How far an upload has come while its blob was still being written. */
sealed interface Headway {

  /**
   * A session has the beginning of the blob.
   *
   * @param session not ended: whoever is given it ends it
   * @param sent how much of the blob it has in bytes; all of it, if it was streamed
   */
  record Begun(UploadSession session, long sent) implements Headway {}

  /** Nowhere: the registry has nothing that is of use. */
  record None() implements Headway {}

  /** The registry lets us upload nothing at all. */
  record Refused(RegistryFailure failure) implements Headway {}
}
