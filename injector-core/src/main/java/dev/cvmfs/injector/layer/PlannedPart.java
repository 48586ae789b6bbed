package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import java.util.Optional;

/**
 * One CVMFS object that is needed, and where it can be had.
 *
 * @param file of the store that it is a part of
 * @param local whether the store's cache has it
 * @param present where the layer to be replaced has it; only looked for if the cache has not
 */
record PlannedPart(
    DataName file,
    ObjectRef object,
    ObjectStore store,
    boolean local,
    Optional<PresentMember> present) {}
