package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.IOException;
import java.util.Optional;

/**
 * Takes the CVMFS layer out of an image again, or out of all the images of an index that are meant.
 * What was injected by this program leaves no trace: the image's documents are those from before,
 * byte for byte.
 */
public final class Ejector {
  private final ImageStore store;
  private final IndexOptions indexOptions;
  private final boolean dryRun;
  private final ProgressListener progress;
  private int ejected;

  /**
   * @param store the image's repository
   * @param dryRun whether to send only reads
   */
  public Ejector(
      ImageStore store, IndexOptions indexOptions, boolean dryRun, ProgressListener progress) {
    this.store = store;
    this.indexOptions = indexOptions;
    this.dryRun = dryRun;
    this.progress = progress;
  }

  /**
   * What was done.
   *
   * @param before the digest of the manifest or index that was found
   * @param after that of the one without CVMFS layers; the same if there was none in it
   * @param images how many images had one
   */
  public record Result(ImageName name, Digest before, Digest after, int images) {}

  /**
   * Does it.
   *
   * @param result the tag that will name the result
   * @throws TagMovedFailure if somebody else moves the tag meanwhile
   * @throws IOException if the local disk fails
   */
  public Result eject(ImageName image, ImageName result) throws IOException {
    RawManifest before = store.manifest(image.reference());
    Optional<Digest> tagged =
        image.reference().equals(result.reference())
            ? Optional.of(before.digest())
            : store.resolve(result.reference());
    ejected = 0;
    RawManifest after =
        ManifestKind.of(before).isIndex()
            ? new IndexRewriter(store, indexOptions, dryRun, progress)
                .rewrite(before, (found, platform) -> eject(found))
            : eject(FetchedImage.of(store, before));
    boolean isWanted = ejected > 0 && !tagged.equals(Optional.of(after.digest()));
    if (isWanted && !dryRun) {
      new Publisher(store, progress).tag(result, tagged, after);
    }
    return new Result(result, before.digest(), after.digest(), ejected);
  }

  private RawManifest eject(FetchedImage image) throws IOException {
    if (!(image.injected() instanceof InjectedLayer.Found found)) {
      if (image.injected() instanceof InjectedLayer.Dangling dangling) {
        progress.warning(dangling.explanation());
      }
      return image.manifest().raw();
    }
    RewrittenImage without = Injection.eject(image.config(), image.manifest(), found);
    without.warnings().forEach(progress::warning);
    if (!dryRun) {
      store.pushBlob(without.manifest().config(), Publisher.source(without.config().bytes()));
    }
    ejected++;
    return without.manifest().raw();
  }
}
