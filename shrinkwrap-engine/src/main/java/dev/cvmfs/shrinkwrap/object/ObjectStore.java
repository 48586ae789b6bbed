package dev.cvmfs.shrinkwrap.object;

import java.io.IOException;
import java.io.InputStream;

/**
 * The objects of one repository, as the server stores them. Safe for use by several threads.
 *
 * <p>Failures of the network or of the data are {@code CvmfsFailure}s; an {@link IOException} is
 * always about the local cache.
 */
public interface ObjectStore {

  /** Whether the object is in the local cache, so that opening it costs no network. */
  boolean isLocal(ObjectRef object);

  /**
   * The object's stored bytes (compressed ones stay compressed), from the cache, or from the
   * network through the cache. Downloads are checked against the hash before the first byte is
   * returned; what comes from the cache was checked when it came in, and callers that hash anyway
   * check it again.
   */
  InputStream open(ObjectRef object) throws IOException;

  /**
   * The same for callers that hash all they read in any case: what is in the cache is not hashed
   * first. Should it turn out to be something else, {@link #open} throws it away and fetches the
   * object anew.
   */
  default InputStream openUnchecked(ObjectRef object) throws IOException {
    return open(object);
  }

  /**
   * Says that the object will be opened soon, so that it may be fetched meanwhile. Only a hint: it
   * returns at once, and what goes wrong is left for {@link #open} to find and to report. Callers
   * give hints in the order they will open, a few dozen ahead.
   */
  default void prefetch(ObjectRef object) {}
}
