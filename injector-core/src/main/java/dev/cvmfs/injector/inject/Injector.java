package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.EmptyLayer;
import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
import dev.cvmfs.injector.image.InjectionState;
import dev.cvmfs.injector.image.JsonDiff;
import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.layer.LayerWriter;
import dev.cvmfs.injector.layer.ObjectSources;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.layer.WrittenLayer;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarFormatException;
import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
  private static final int BUFFER = 1 << 18;

  /** The type is the manifest's to say; the upload needs only digest and size. */
  private static final String ANY_LAYER = "application/octet-stream";

  private final ImageStore store;
  private final Snapshots snapshots;
  private final Path workParent;
  private final InjectionOptions options;
  private final ProgressListener progress;
  private final LongSupplier nanoTime;

  /**
   * @param store the image's repository
   * @param workParent the folder for temporary files
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  public Injector(
      ImageStore store,
      Snapshots snapshots,
      Path workParent,
      InjectionOptions options,
      ProgressListener progress,
      LongSupplier nanoTime) {
    this.store = store;
    this.snapshots = snapshots;
    this.workParent = workParent;
    this.options = options;
    this.progress = progress;
    this.nanoTime = nanoTime;
  }

  /**
   * Does it.
   *
   * @param image the tag or digest to start from
   * @throws TagMovedFailure if somebody else kept moving the tag
   * @throws IOException if the local disk fails
   */
  public Report run(ImageName image) throws IOException {
    ImageName result = image.withTag(resultTag(image));
    Meter meter = new Meter(store, snapshots, nanoTime);
    for (int attempt = 1; ; attempt++) {
      try (WorkDirectory work = WorkDirectory.open(workParent)) {
        return meter.report(result, attempt(image, result, work), options.dryRun());
      } catch (TagMovedFailure e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        progress.warning(e.getMessage() + "; starting over from what is there now");
      }
    }
  }

  private String resultTag(ImageName image) {
    return options
        .registryConf()
        .destinationTag()
        .or(image::tag)
        .orElseThrow(
            () ->
                new ImageFailure(
                    "%s is named by digest, so say with --dest-tag which tag the result gets"
                        .formatted(image)));
  }

  private Outcome attempt(ImageName image, ImageName result, WorkDirectory work)
      throws IOException {
    FetchedImage base = FetchedImage.read(store, image.reference());
    boolean inPlace = image.reference().equals(result.reference());
    Optional<FetchedImage> published =
        inPlace
            ? Optional.of(base)
            : store
                .resolve(result.reference())
                .map(digest -> FetchedImage.read(store, digest.toString()));
    Target target = new Target(result, base, published);
    if (base.injected() instanceof InjectedLayer.Dangling dangling) {
      progress.warning(dangling.explanation());
    }
    if (target.present().isEmpty()) {
      progress.step("Making image CVMFS injectable (injecting empty CVMFS layer)...");
    }
    return options.prepareOnly() ? prepare(target) : refresh(target, work);
  }

  private Outcome prepare(Target target) throws IOException {
    LayerChanges none = new LayerChanges(0, 0, 0, 0, true);
    if (target.present().isPresent() && target.publishedIsFromBase()) {
      return unchanged(target, target.present().get(), List.of(), none);
    }
    if (target.base().injected() instanceof InjectedLayer.Found found) {
      return retag(target, found);
    }
    NewLayer layer = EmptyLayer.layer();
    RewrittenImage image = rewrite(target, layer, InjectionState.prepared(), Instant.EPOCH);
    publish(target, image, layer, Publisher.source(EmptyLayer.blob()));
    return outcome(Report.Result.PREPARED, target, Optional.of(image), layer, List.of(), none, 0);
  }

  /** Gives an image that has its layer already the tag that is wanted. */
  private Outcome retag(Target target, InjectedLayer.Found found) {
    FetchedImage base = target.base();
    if (!options.dryRun()) {
      new Publisher(store, progress).tag(target, base.manifest().raw());
    }
    NewLayer layer = new NewLayer(found.layer().digest(), found.diffId(), found.layer().size());
    RewrittenImage image = new RewrittenImage(base.config(), base.manifest(), List.of());
    LayerChanges none = new LayerChanges(0, 0, 0, 0, true);
    return outcome(Report.Result.PREPARED, target, Optional.of(image), layer, List.of(), none, 0);
  }

  private Outcome refresh(Target target, WorkDirectory work) throws IOException {
    Optional<PresentLayer> present = openPresent(target, work);
    SliceSource source = openRepositories(present);
    Slice slice = select(source, work);
    Optional<LayerChanges> compared = compare(slice, present);
    LayerChanges changes = compared.orElseGet(() -> LayerChanges.allNew(slice));
    if (changes.identical() && target.publishedIsFromBase()) {
      return unchanged(target, target.present().orElseThrow(), source.report(), changes);
    }
    // A layer that could not be read to its end is not used, though what is taken from it would be
    // proven.
    Optional<PresentLayer> usable = compared.isPresent() ? present : Optional.empty();
    Path spool = work.newFile("layer");
    WrittenLayer written = pack(slice, source, usable, spool, work);
    NewLayer layer = new NewLayer(written.digest(), written.diffId(), written.size());
    RewrittenImage image =
        rewrite(target, layer, InjectionState.of(source.state()), source.published());
    if (target.publishedDigest().equals(Optional.of(image.manifest().raw().digest()))) {
      return unchanged(target, target.present().orElseThrow(), source.report(), changes);
    }
    publish(target, image, layer, offset -> FileRange.open(spool, offset, written.size() - offset));
    Report.Result result =
        hasContent(target.present()) ? Report.Result.REFRESHED : Report.Result.INJECTED;
    return outcome(
        result,
        target,
        Optional.of(image),
        layer,
        source.report(),
        changes,
        written.bytesFromPresent());
  }

  private static boolean hasContent(Optional<InjectedLayer.Found> layer) {
    return layer.isPresent() && !layer.get().diffId().equals(EmptyLayer.layer().diffId());
  }

  private Optional<PresentLayer> openPresent(Target target, WorkDirectory work) throws IOException {
    if (!hasContent(target.present())) {
      return Optional.empty();
    }
    Descriptor blob = target.present().orElseThrow().layer();
    Optional<PresentLayer> present = PresentLayer.open(new LayerBlob(store, blob, work));
    if (present.isEmpty()) {
      progress.step(
          "The layer in the image (%s) was made or compressed again by another tool, so it is replaced as a whole"
              .formatted(blob.digest()));
    }
    return present;
  }

  private SliceSource openRepositories(Optional<PresentLayer> present) throws IOException {
    Repositories repositories = new Repositories(options.registryConf(), specifications(present));
    SliceSource source = new SliceSource();
    for (String fqrn : repositories.names()) {
      SpecificationFile specification = repositories.specification(fqrn);
      specification.warnings().forEach(progress::warning);
      Snapshots.Opened opened = snapshots.open(options.conf(), fqrn);
      Snapshot snapshot = opened.snapshot();
      opened.conf().warnings().stream()
          .filter(warning -> !options.conf().warnings().contains(warning))
          .forEach(progress::warning);
      if (snapshot.trust() instanceof Trust.Unverified) {
        progress.warning(unverified(fqrn));
      }
      progress.step(
          "CVMFS repository %s is at revision %d, published %s"
              .formatted(fqrn, snapshot.revision(), snapshot.published()));
      source.add(opened, specification);
    }
    return source;
  }

  /** What to tell of a repository whose signatures the configuration says not to check. */
  public static String unverified(String fqrn) {
    return "the signatures of %s are not checked (CVMFS_SHRINKWRAP_UNVERIFIED=yes): whoever controls its server or the network decides what is read"
        .formatted(fqrn);
  }

  private SortedMap<String, byte[]> specifications(Optional<PresentLayer> present)
      throws IOException {
    if (present.isEmpty()) {
      return Collections.emptySortedMap();
    }
    try {
      return LayerProvenance.specifications(present.get());
    } catch (LayerFormatException | TarFormatException e) {
      // Told when the layer is compared; the configuration may well have what is needed.
      return new TreeMap<>();
    }
  }

  private Slice select(SliceSource source, WorkDirectory work) throws IOException {
    Slice slice = source.build(work);
    progress.step(
        "The specification selects %s; their content is %s in %s"
            .formatted(
                Amounts.count(slice.visibleCount(), "entry", "entries"),
                Amounts.bytes(slice.contentBytes()),
                Amounts.count(slice.objectCount(), "object", "objects")));
    if (!slice.skippedSockets().isEmpty()) {
      progress.warning(
          "sockets cannot be in an image layer and are left out: "
              + String.join(", ", slice.skippedSockets()));
    }
    return slice;
  }

  /** Empty if there is nothing to compare with, or nothing that can be read. */
  private Optional<LayerChanges> compare(Slice slice, Optional<PresentLayer> present)
      throws IOException {
    if (present.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(LayerChanges.between(slice, present.get()));
    } catch (LayerFormatException | TarFormatException e) {
      progress.warning(
          "the layer in the image is damaged and is replaced as a whole: " + e.getMessage());
      return Optional.empty();
    }
  }

  private WrittenLayer pack(
      Slice slice,
      SliceSource source,
      Optional<PresentLayer> present,
      Path spool,
      WorkDirectory work)
      throws IOException {
    progress.step("Packing layer...");
    ObjectSources objects = new ObjectSources(source.stores(), present);
    try (ProgressListener.Task task = progress.task("Packing", slice.contentBytes());
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(spool), BUFFER)) {
      return new LayerWriter(work).write(slice, objects, out, task::advance);
    }
  }

  private RewrittenImage rewrite(
      Target target, NewLayer layer, InjectionState state, Instant published) {
    FetchedImage base = target.base();
    RewrittenImage image =
        Injection.apply(
            base.config(),
            base.manifest(),
            base.injected(),
            layer,
            state,
            options.sourceDateEpoch().orElse(published));
    image.warnings().forEach(progress::warning);
    return image;
  }

  private void publish(Target target, RewrittenImage image, NewLayer layer, BlobSource bytes)
      throws IOException {
    if (!options.dryRun()) {
      Descriptor descriptor = new Descriptor(ANY_LAYER, layer.blob(), layer.size());
      new Publisher(store, progress).publish(target, image, descriptor, bytes);
      return;
    }
    progress.step("%s would change like this:".formatted(target.name()));
    FetchedImage base = target.base();
    JsonDiff.lines(base.config().bytes(), image.config().bytes())
        .forEach(line -> progress.step("  config " + line));
    JsonDiff.lines(base.manifest().raw().bytes(), image.manifest().raw().bytes())
        .forEach(line -> progress.step("  manifest " + line));
  }

  private static Outcome unchanged(
      Target target,
      InjectedLayer.Found present,
      List<Report.Repository> repositories,
      LayerChanges changes) {
    NewLayer layer =
        new NewLayer(present.layer().digest(), present.diffId(), present.layer().size());
    return outcome(
        Report.Result.UNCHANGED, target, Optional.empty(), layer, repositories, changes, 0);
  }

  private static Outcome outcome(
      Report.Result result,
      Target target,
      Optional<RewrittenImage> image,
      NewLayer layer,
      List<Report.Repository> repositories,
      LayerChanges changes,
      long bytesCopied) {
    Optional<Digest> after = image.map(i -> i.manifest().raw().digest());
    return new Outcome(
        result, target.publishedDigest(), after, layer, repositories, changes, bytesCopied);
  }
}
