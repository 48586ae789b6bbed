package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Refreshes the CVMFS layer of one image, or gives it one:
 *
 * <ol>
 *   <li>reads manifest and configuration and finds the layer, if there is one;
 *   <li>opens the repositories, which fixes one signed state of each for the whole run;
 *   <li>walks the part of them that the specifications ask for, and compares it with the layer;
 *   <li>if they differ, writes a new layer from the local cache, the old layer and CVMFS;
 *   <li>uploads layer and configuration, and last of all the manifest under the tag, unless
 *       somebody else has moved the tag meanwhile: then all begins anew, and nobody's work is lost.
 * </ol>
 *
 * <p>Whatever fails before the last step leaves the tag as it was.
 */
public final class Injector {
  private static final int ATTEMPTS = 3;

  private final ImageStore source;
  private final ImageStore store;
  private final Snapshots snapshots;
  private final Path cache;
  private final InjectionOptions options;
  private final ProgressListener progress;
  private final LongSupplier nanoTime;
  private final Clock clock;

  /**
   * @param source the image's repository
   * @param store where the result goes: the same, or a {@link CopyingStore}
   * @param cache the folder for temporary files and for the ledger of layers
   * @param nanoTime a clock that only goes forward, in nanoseconds
   * @param clock tells which layers of the ledger have not been asked for longest, and when an
   *     image was replaced
   */
  public Injector(
      ImageStore source,
      ImageStore store,
      Snapshots snapshots,
      Path cache,
      InjectionOptions options,
      ProgressListener progress,
      LongSupplier nanoTime,
      Clock clock) {
    this.source = source;
    this.store = store;
    this.snapshots = snapshots;
    this.cache = cache;
    this.options = options;
    this.progress = progress;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /**
   * Does it.
   *
   * @param image the tag or digest to start from
   * @param destination where the result goes
   * @throws TagMovedFailure if somebody else kept moving the tag
   * @throws IOException if the local disk fails
   */
  public Report run(ImageName image, Destination destination) throws IOException {
    Meter meter = new Meter(store, snapshots, nanoTime);
    for (int attempt = 1; ; attempt++) {
      try (WorkDirectory work = WorkDirectory.open(cache.resolve("work"))) {
        return meter.report(destination, attempt(image, destination, work), options.dryRun());
      } catch (TagMovedFailure e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        progress.warning(e.getMessage() + "; starting over from what is there now");
      }
    }
  }

  private Outcome attempt(ImageName image, Destination destination, WorkDirectory work)
      throws IOException {
    RawManifest base = source.manifest(image.reference());
    Optional<RawManifest> published = published(image, base, destination);
    Signatures signatures =
        new Signatures(
            source,
            store,
            SignedImages.of(options.conf()),
            destination.tag().isPresent(),
            progress);
    signatures.beginWith(base.digest(), published.map(RawManifest::digest));
    Rewritings rewritings = new Rewritings();
    RawManifest after;
    try (ImageInjection injection =
        new ImageInjection(store, snapshots, cache, options, signatures, progress, clock, work)) {
      after =
          ManifestKind.of(base).isIndex()
              ? index(destination, base, published, injection, rewritings)
              : single(destination, base, published, injection, rewritings);
    }
    Optional<Digest> before = published.map(RawManifest::digest);
    boolean differs = !before.equals(Optional.of(after.digest()));
    if (differs) {
      signatures.beforePublishing(base.digest(), after.digest(), before);
    }
    boolean isNew = differs && !options.dryRun();
    Report.Publication publication =
        isNew
            ? publish(image, destination, base, before, after, rewritings, signatures)
            : new Report.Publication(
                Optional.empty(), signatures.found(), Optional.empty(), rewritings.plan());
    return rewritings.outcome(
        before.or(() -> Optional.of(base.digest()).filter(any -> destination.tag().isEmpty())),
        isNew ? Optional.of(after.digest()) : Optional.empty(),
        publication);
  }

  private Report.Publication publish(
      ImageName image,
      Destination destination,
      RawManifest base,
      Optional<Digest> before,
      RawManifest after,
      Rewritings rewritings,
      Signatures signatures)
      throws IOException {
    // The tag is the last thing to be written.
    Optional<Digest> statement =
        options.conf().flag("OCI_PROVENANCE", false)
            ? Optional.of(
                new Provenance(store)
                    .attach(
                        image,
                        base.digest(),
                        after,
                        rewritings.platforms(),
                        rewritings.repositories()))
            : Optional.empty();
    Optional<String> kept =
        new Publisher(store, progress)
            .publish(
                destination, before, after, new PreviousTags(store, options.keepPrevious(), clock));
    return new Report.Publication(kept, signatures.found(), statement, Optional.empty());
  }

  /** What the destination has at present: an earlier result, or the image itself. */
  private Optional<RawManifest> published(
      ImageName image, RawManifest base, Destination destination) {
    if (destination.isInPlace(image)) {
      return Optional.of(base);
    }
    if (destination.tag().isPresent()) {
      return store
          .resolve(destination.tag().get())
          .map(digest -> store.manifest(digest.toString()));
    }
    boolean isThere =
        destination.isBeside(image) || store.resolve(base.digest().toString()).isPresent();
    return isThere ? Optional.of(base) : Optional.empty();
  }

  private RawManifest single(
      Destination result,
      RawManifest base,
      Optional<RawManifest> published,
      ImageInjection injection,
      Rewritings rewritings)
      throws IOException {
    if (published.isPresent() && ManifestKind.of(published.get()).isIndex()) {
      throw new ImageFailure(
          "%s names an index of several platforms, and would name an image of one; choose another tag"
              .formatted(result));
    }
    FetchedImage image = FetchedImage.of(store, base);
    Optional<FetchedImage> earlier =
        published.map(
            raw -> raw.digest().equals(base.digest()) ? image : FetchedImage.of(store, raw));
    Rewriting rewriting = injection.inject(new Target(result.toString(), image, earlier));
    rewritings.add(rewriting);
    return rewriting.manifest();
  }

  private RawManifest index(
      Destination result,
      RawManifest base,
      Optional<RawManifest> published,
      ImageInjection injection,
      Rewritings rewritings)
      throws IOException {
    IndexOptions meant = IndexOptions.of(options.conf());
    PublishedImages earlier = PublishedImages.of(store, meant, base, published);
    return new IndexRewriter(store, meant, options.dryRun(), progress)
        .rewrite(
            base,
            (image, platform) -> {
              String label = "%s (%s)".formatted(result, platform);
              Rewriting rewriting =
                  injection.inject(new Target(label, image, earlier.of(image, platform)));
              rewritings.add(platform, image, rewriting);
              return rewriting.manifest();
            });
  }

  /** What to tell of a repository whose signatures the configuration says not to check. */
  public static String unverified(String fqrn) {
    return "the signatures of %s are not checked (CVMFS_SHRINKWRAP_UNVERIFIED=yes): whoever controls its server or the network decides what is read"
        .formatted(fqrn);
  }
}
