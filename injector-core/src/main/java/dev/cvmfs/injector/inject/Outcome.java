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
 * @param layers the CVMFS layers of the images as they are now
 * @param garbage what the layers hold though no file links to it
 * @param unproven whether a layer was left as it is at its own word
 * @param bytesCopied bytes of the layers that were taken from those they replace
 * @param platforms each image, if there are several behind the name
 * @param publication what else was done in the repository
 */
record Outcome(
    Report.Result result,
    Optional<Digest> before,
    Optional<Digest> after,
    List<NewLayer> layers,
    List<Report.Repository> repositories,
    LayerChanges changes,
    Report.Garbage garbage,
    boolean unproven,
    long bytesCopied,
    List<Report.PlatformImage> platforms,
    Report.Publication publication) {}
