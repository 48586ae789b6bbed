package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Takes the CVMFS layer out of an image again, or out of all the images of an index that are meant.
 * What was injected by this program leaves no trace: the image's documents are those from before,
 * byte for byte.
 */
public final class Ejector {
  private final ImageStore source;
  private final ImageStore store;
  private final PreviousTags previous;
  private final IndexOptions indexOptions;
  private final SignedImages signed;
  private final boolean dryRun;
  private final ProgressListener progress;
  private int ejected;

  /**
   * @param source the image's repository
   * @param store where the result goes: the same, or a {@link CopyingStore}
   * @param signed what to do where a signed image would be replaced
   * @param keepPrevious how the tags are called that keep what is replaced, if it shall be kept
   * @param dryRun whether to send only reads
   * @param clock tells when it was replaced
   */
  public Ejector(
      ImageStore source,
      ImageStore store,
      IndexOptions indexOptions,
      SignedImages signed,
      Optional<TagPattern> keepPrevious,
      boolean dryRun,
      ProgressListener progress,
      InstantSource clock) {
    this.source = source;
    this.store = store;
    this.previous = new PreviousTags(store, keepPrevious, clock);
    this.indexOptions = indexOptions;
    this.signed = signed;
    this.dryRun = dryRun;
    this.progress = progress;
  }

  /**
   * What was done.
   *
   * @param before the digest of the manifest or index that was found
   * @param after that of the one without CVMFS layers; the same if there was none in it
   * @param images how many images had one
   * @param moved whether the destination did not have that one before
   * @param keptTag the tag that what the destination named is kept under
   */
  public record Result(
      Destination name,
      Digest before,
      Digest after,
      int images,
      boolean moved,
      Optional<String> keptTag) {}

  /**
   * Does it.
   *
   * @param result where the result goes
   * @throws TagMovedFailure if somebody else moves the tag meanwhile
   * @throws IOException if the local disk fails
   */
  public Result eject(ImageName image, Destination result) throws IOException {
    RawManifest before = source.manifest(image.reference());
    Optional<Digest> tagged =
        result.isInPlace(image)
            ? Optional.of(before.digest())
            : result.tag().flatMap(store::resolve);
    Signatures signatures =
        new Signatures(source, store, signed, result.tag().isPresent(), progress);
    signatures.beginWith(before.digest(), tagged);
    boolean isInPlace = result.isInPlace(image);
    ejected = 0;
    RawManifest after =
        ManifestKind.of(before).isIndex()
            ? new IndexRewriter(store, indexOptions, dryRun, progress)
                .rewrite(before, (found, platform) -> eject(found, isInPlace, signatures))
            : eject(FetchedImage.of(store, before), isInPlace, signatures);
    Optional<Digest> present =
        result.tag().isPresent() ? tagged : store.resolve(after.digest().toString());
    boolean isMoved = !present.equals(Optional.of(after.digest()));
    if (isMoved) {
      signatures.beforePublishing(before.digest(), after.digest(), tagged);
    }
    Optional<String> kept =
        isMoved && !dryRun
            ? new Publisher(store, progress).publish(result, tagged, after, previous)
            : Optional.empty();
    return new Result(result, before.digest(), after.digest(), ejected, isMoved, kept);
  }

  private RawManifest eject(FetchedImage image, boolean isInPlace, Signatures signatures)
      throws IOException {
    if (!(image.injected() instanceof InjectedLayer.Found found)) {
      if (image.injected() instanceof InjectedLayer.Dangling dangling) {
        progress.warning(dangling.explanation());
      }
      return image.manifest().raw();
    }
    signatures.beforeChange(
        image.digest(), isInPlace ? Optional.of(image.digest()) : Optional.empty());
    RewrittenImage without = Injection.eject(image.config(), image.manifest(), found);
    without.warnings().forEach(progress::warning);
    if (!dryRun) {
      store.pushBlob(without.manifest().config(), BlobSource.of(without.config().bytes()));
    }
    ejected++;
    return without.manifest().raw();
  }
}
