package dev.cvmfs.injector.layer;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.concurrent.Future;

/** An object on its way to be proven. */
sealed interface Acquired {
  PlannedPart part();

  /** In the cache. */
  record Cached(PlannedPart part) implements Acquired {}

  /**
   * Coming over the network, into the cache.
   *
   * @param stored its bytes as CVMFS stores them, at hand where they are few, as nearly always: so
   *     they need not be read back
   */
  record Fetched(PlannedPart part, Future<Optional<byte[]>> stored) implements Acquired {}

  /**
   * Read from the layer to be replaced.
   *
   * @param member its gzip member, and where that is
   */
  record Present(PlannedPart part, PresentMember place, ByteArrayInputStream member)
      implements Acquired {}
}
