package dev.cvmfs.injector.image;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.object.ContentHash;

/**
 * What one repository's part of a layer was made from.
 *
 * @param rootHash the root catalog
 * @param revision the revision number that the repository gives this state
 * @param specification digest of the specification
 */
public record RepositoryState(ContentHash rootHash, long revision, Digest specification) {
  public RepositoryState {
    if (revision < 0) {
      throw new IllegalArgumentException("there is no revision " + revision);
    }
  }
}
