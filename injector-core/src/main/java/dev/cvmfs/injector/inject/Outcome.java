package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.registry.Digest;
import java.util.List;
import java.util.Optional;

/**
 * How an injection ended.
 *
 * @param before what the tag named at the start
 * @param after what it names now; empty if nothing had to be done, or if nothing was done since
 *     this is a {@code --dry-run}
 * @param layer the image's CVMFS layer as it is now, if it has one
 * @param bytesCopied bytes of the layer that were taken from the one it replaces
 */
record Outcome(
    Report.Result result,
    Optional<Digest> before,
    Optional<Digest> after,
    Optional<NewLayer> layer,
    List<Report.Repository> repositories,
    LayerChanges changes,
    long bytesCopied) {}
