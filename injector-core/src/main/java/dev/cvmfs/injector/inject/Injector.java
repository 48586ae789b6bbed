package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.EmptyLayer;
import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
import dev.cvmfs.injector.image.InjectionState;
import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.layer.LayerWriter;
import dev.cvmfs.injector.layer.ObjectSources;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.layer.WrittenLayer;
import dev.cvmfs.injector.ledger.LayerLedger;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
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
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
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
  private final Path cache;
  private final InjectionOptions options;
  private final ProgressListener progress;
  private final LongSupplier nanoTime;
  private final Clock clock;

  /**
   * @param store the image's repository
   * @param cache the folder for temporary files and for the ledger of layers
   * @param nanoTime a clock that only goes forward, in nanoseconds
   * @param clock tells which layers of the ledger have not been asked for longest
   */
  public Injector(
      ImageStore store,
      Snapshots snapshots,
      Path cache,
      InjectionOptions options,
      ProgressListener progress,
      LongSupplier nanoTime,
      Clock clock) {
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
   * @throws TagMovedFailure if somebody else kept moving the tag
   * @throws IOException if the local disk fails
   */
  public Report run(ImageName image) throws IOException {
    ImageName result = image.withTag(resultTag(image));
    Meter meter = new Meter(store, snapshots, nanoTime);
    for (int attempt = 1; ; attempt++) {
      try (WorkDirectory work = WorkDirectory.open(cache.resolve("work"))) {
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
    return outcome(Report.Result.PREPARED, target, image, layer, List.of(), none, 0);
  }

  /** Gives an image that has its layer already the tag that is wanted. */
  private Outcome retag(Target target, InjectedLayer.Found found) {
    FetchedImage base = target.base();
    if (!options.dryRun()) {
      new Publisher(store, progress).tag(target, base.manifest().raw());
    }
    RewrittenImage image = new RewrittenImage(base.config(), base.manifest(), List.of());
    LayerChanges none = new LayerChanges(0, 0, 0, 0, true);
    return outcome(Report.Result.PREPARED, target, image, layer(found), List.of(), none, 0);
  }

  private Outcome refresh(Target target, WorkDirectory work) throws IOException {
    LayerLedger ledger = new LayerLedger(cache.resolve("layers"), work, clock);
    Optional<InjectedLayer.Found> found = target.present().filter(Injector::hasContent);
    if (found.isEmpty()) {
      return refresh(
          target, openRepositories(Collections.emptySortedMap()), Optional.empty(), work, ledger);
    }
    OldLayer old = new OldLayer(store, found.get(), progress, work);
    Optional<LedgerEntry> known = ledger.find(found.get().layer().digest());
    SliceSource source =
        openRepositories(
            known.isPresent() ? LayerProvenance.specifications(known.get()) : old.specifications());
    if (known.isPresent() && target.publishedIsFromBase() && source.stillGives(known.get())) {
      return stillCurrent(target, source, known.get(), ledger);
    }
    return refresh(target, source, Optional.of(old), work, ledger);
  }

  /** The layer is known, and nothing that it was made from has changed. */
  private Outcome stillCurrent(
      Target target, SliceSource source, LedgerEntry known, LayerLedger ledger) throws IOException {
    tellSelection(known.amounts());
    LedgerEntry now = source.ledgerEntry(known.layer(), known.amounts());
    if (!now.equals(known)) {
      ledger.add(now);
    }
    LayerChanges none = new LayerChanges(0, 0, 0, known.amounts().entries(), true);
    return unchanged(target, target.present().orElseThrow(), source.report(), none);
  }

  private Outcome refresh(
      Target target,
      SliceSource source,
      Optional<OldLayer> old,
      WorkDirectory work,
      LayerLedger ledger)
      throws IOException {
    Slice slice = select(source, work);
    Optional<LayerChanges> compared = old.isPresent() ? old.get().compare(slice) : Optional.empty();
    LayerChanges changes = compared.orElseGet(() -> LayerChanges.allNew(slice));
    if (changes.identical() && target.publishedIsFromBase()) {
      return unchanged(target, target.present().orElseThrow(), source.report(), changes);
    }
    if (options.dryRun()) {
      return plan(target, source, changes);
    }
    Path spool = work.newFile("layer");
    WrittenLayer written = pack(slice, source, old.flatMap(OldLayer::usable), spool, work);
    ledger.add(source.ledgerEntry(written.digest(), amounts(slice)));
    NewLayer layer = new NewLayer(written.digest(), written.diffId(), written.size());
    RewrittenImage image =
        rewrite(target, layer, InjectionState.of(source.state()), source.published());
    if (target.publishedDigest().equals(Optional.of(image.manifest().raw().digest()))) {
      return unchanged(target, target.present().orElseThrow(), source.report(), changes);
    }
    publish(target, image, layer, offset -> FileRange.open(spool, offset, written.size() - offset));
    return outcome(
        result(target), target, image, layer, source.report(), changes, written.bytesFromPresent());
  }

  /** What is known without fetching and packing any content. */
  private Outcome plan(Target target, SliceSource source, LayerChanges changes) {
    RewrittenImage image =
        rewrite(target, DryRun.layer(), InjectionState.of(source.state()), source.published());
    tellPlan(target, image);
    return new Outcome(
        result(target),
        target.publishedDigest(),
        Optional.empty(),
        target.present().map(Injector::layer),
        source.report(),
        changes,
        0);
  }

  private static Report.Result result(Target target) {
    return target.present().filter(Injector::hasContent).isPresent()
        ? Report.Result.REFRESHED
        : Report.Result.INJECTED;
  }

  private static NewLayer layer(InjectedLayer.Found found) {
    return new NewLayer(found.layer().digest(), found.diffId(), found.layer().size());
  }

  private static boolean hasContent(InjectedLayer.Found layer) {
    return !layer.diffId().equals(EmptyLayer.layer().diffId());
  }

  private SliceSource openRepositories(SortedMap<String, byte[]> specifications)
      throws IOException {
    Repositories repositories = new Repositories(options.registryConf(), specifications);
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

  private Slice select(SliceSource source, WorkDirectory work) throws IOException {
    Slice slice = source.build(work);
    tellSelection(amounts(slice));
    if (!slice.skippedSockets().isEmpty()) {
      progress.warning(
          "sockets cannot be in an image layer and are left out: "
              + String.join(", ", slice.skippedSockets()));
    }
    return slice;
  }

  private static LedgerEntry.Amounts amounts(Slice slice) {
    return new LedgerEntry.Amounts(slice.visibleCount(), slice.objectCount(), slice.contentBytes());
  }

  private void tellSelection(LedgerEntry.Amounts amounts) {
    progress.step(
        "The specification selects %s; their content is %s in %s"
            .formatted(
                Amounts.count(amounts.entries(), "entry", "entries"),
                Amounts.bytes(amounts.contentBytes()),
                Amounts.count(amounts.objects(), "object", "objects")));
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
    tellPlan(target, image);
  }

  private void tellPlan(Target target, RewrittenImage image) {
    progress.step("%s would change like this:".formatted(target.name()));
    DryRun.tell(target.base(), image, progress::step);
  }

  private static Outcome unchanged(
      Target target,
      InjectedLayer.Found present,
      List<Report.Repository> repositories,
      LayerChanges changes) {
    return new Outcome(
        Report.Result.UNCHANGED,
        target.publishedDigest(),
        Optional.empty(),
        Optional.of(layer(present)),
        repositories,
        changes,
        0);
  }

  private Outcome outcome(
      Report.Result result,
      Target target,
      RewrittenImage image,
      NewLayer layer,
      List<Report.Repository> repositories,
      LayerChanges changes,
      long bytesCopied) {
    Optional<Digest> after =
        options.dryRun() ? Optional.empty() : Optional.of(image.manifest().raw().digest());
    return new Outcome(
        result,
        target.publishedDigest(),
        after,
        options.dryRun() ? target.present().map(Injector::layer) : Optional.of(layer),
        repositories,
        changes,
        bytesCopied);
  }
}
