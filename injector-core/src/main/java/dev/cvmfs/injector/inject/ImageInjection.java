package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.EmptyLayer;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
import dev.cvmfs.injector.image.InjectionState;
import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.layer.LayerPlan;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.ledger.LayerLedger;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Gives images, each for one platform, an up-to-date CVMFS layer: everything up to the name that
 * will lead to the result. What several images have in common, above all the layer, is made once.
 */
final class ImageInjection implements AutoCloseable {
  /** The type is the manifest's to say; the upload needs only digest and size. */
  private static final String EMPTY_LAYER = "application/octet-stream";

  private static final LayerChanges NO_CHANGES = new LayerChanges(0, 0, 0, 0, true);

  private final ImageStore store;
  private final Snapshots snapshots;
  private final InjectionOptions options;
  private final Signatures signatures;
  private final ProgressListener progress;
  private final WorkDirectory work;
  private final LayerLedger ledger;
  private final GarbageKeeper garbage;
  private final LayerMaker layers;
  private final Map<SortedMap<String, LedgerEntry.Repository>, Slice> slices = new HashMap<>();
  private final Set<String> told = new HashSet<>();

  /**
   * @param cache the folder with the ledger of layers
   * @param signatures is told of every image that is about to be replaced
   * @param clock tells which layers of the ledger have not been asked for longest
   */
  ImageInjection(
      ImageStore store,
      Snapshots snapshots,
      Path cache,
      InjectionOptions options,
      Signatures signatures,
      ProgressListener progress,
      Clock clock,
      WorkDirectory work) {
    this.store = store;
    this.snapshots = snapshots;
    this.options = options;
    this.signatures = signatures;
    this.progress = progress;
    this.work = work;
    this.garbage = new GarbageKeeper(options.registryConf().garbagePolicy());
    this.ledger = new LayerLedger(cache.resolve("layers"), work, clock);
    this.layers = new LayerMaker(store, ledger, progress, work);
  }

  /**
   * Does it for one image.
   *
   * @throws IOException if the local disk fails
   */
  Rewriting inject(Target target) throws IOException {
    if (target.base().injected() instanceof InjectedLayer.Dangling dangling) {
      progress.warning(dangling.explanation());
    }
    if (target.present().isEmpty()) {
      progress.step("Making image CVMFS injectable (injecting empty CVMFS layer)...");
    }
    return options.prepareOnly() ? prepare(target) : refresh(target);
  }

  private Rewriting prepare(Target target) throws IOException {
    if (target.present().isPresent() && target.publishedIsFromBase()) {
      return unchanged(target, List.of(), NO_CHANGES, Report.Garbage.NONE);
    }
    if (target.base().injected() instanceof InjectedLayer.Found found) {
      return prepared(target.base().manifest().raw(), layer(found));
    }
    signatures.beforeChange(target.base().digest(), target.publishedDigest());
    NewLayer layer = EmptyLayer.layer();
    RewrittenImage image = rewrite(target, layer, InjectionState.prepared(), Instant.EPOCH);
    if (options.dryRun()) {
      tellPlan(target, image);
    } else {
      Descriptor descriptor = new Descriptor(EMPTY_LAYER, layer.blob(), layer.size());
      new Publisher(store, progress)
          .push(
              target.label(),
              image,
              () -> store.pushBlob(descriptor, Publisher.source(EmptyLayer.blob())));
    }
    return prepared(image.manifest().raw(), layer);
  }

  private static Rewriting prepared(RawManifest manifest, NewLayer layer) {
    return new Rewriting(
        Report.Result.PREPARED,
        manifest,
        Optional.of(layer),
        List.of(),
        NO_CHANGES,
        Report.Garbage.NONE,
        0);
  }

  private Rewriting refresh(Target target) throws IOException {
    Optional<InjectedLayer.Found> found = target.present().filter(ImageInjection::hasContent);
    if (found.isEmpty()) {
      return refresh(target, openRepositories(target, LayerRecipe.NONE), Optional.empty());
    }
    OldLayer old = new OldLayer(store, found.get(), progress, work);
    Optional<LedgerEntry> known = ledger.find(found.get().layer().digest());
    SliceSource source =
        openRepositories(target, known.isPresent() ? LayerRecipe.of(known.get()) : old.recipe());
    if (known.isPresent()
        && target.publishedIsFromBase()
        && garbage.allows(known.get().amounts())
        && source.stillGives(known.get())) {
      return stillCurrent(target, source, known.get());
    }
    return refresh(target, source, Optional.of(old));
  }

  /** The layer is known, and nothing that it was made from has changed. */
  private Rewriting stillCurrent(Target target, SliceSource source, LedgerEntry known)
      throws IOException {
    tellSelection(known.amounts());
    LedgerEntry now = known.from(source.repositories()).at(store.name().repositoryPath());
    if (!now.equals(known)) {
      ledger.add(now);
    }
    LayerChanges none = new LayerChanges(0, 0, 0, known.amounts().entries(), true);
    return unchanged(
        target,
        source.report(),
        none,
        new Report.Garbage(known.amounts().garbageObjects(), known.amounts().garbageBytes()));
  }

  private Rewriting refresh(Target target, SliceSource source, Optional<OldLayer> old)
      throws IOException {
    Slice selected = select(source);
    Slice wanted =
        old.isPresent() ? garbage.keep(selected, old.get(), source.revisions()) : selected;
    Optional<LayerChanges> compared =
        old.isPresent() ? old.get().compare(wanted) : Optional.empty();
    LayerChanges changes = compared.orElseGet(() -> LayerChanges.allNew(selected));
    if (changes.identical() && target.publishedIsFromBase()) {
      return unchanged(target, source.report(), changes, Report.Garbage.of(wanted));
    }
    signatures.beforeChange(target.base().digest(), target.publishedDigest());
    if (options.dryRun()) {
      return plan(target, source, changes, wanted, old.flatMap(OldLayer::usable));
    }
    MadeLayer made =
        layers.make(
            compared.isPresent() ? wanted : selected,
            source,
            old.flatMap(OldLayer::usable),
            !changes.identical() && options.conf().flag("OCI_EARLY_UPLOAD", true));
    RewrittenImage image =
        rewrite(target, made.layer(), InjectionState.of(source.state()), source.published());
    if (target.publishedDigest().equals(Optional.of(image.manifest().raw().digest()))) {
      return unchanged(target, source.report(), changes, made.garbage());
    }
    new Publisher(store, progress).push(target.label(), image, () -> layers.upload(made));
    return new Rewriting(
        result(target),
        image.manifest().raw(),
        Optional.of(made.layer()),
        source.report(),
        changes,
        made.garbage(),
        made.bytesCopied());
  }

  /** What is known without fetching and packing any content. */
  private Rewriting plan(
      Target target,
      SliceSource source,
      LayerChanges changes,
      Slice slice,
      Optional<PresentLayer> present)
      throws IOException {
    RewrittenImage image =
        rewrite(target, DryRun.layer(), InjectionState.of(source.state()), source.published());
    tellPlan(target, image);
    LayerPlan plan = LayerPlan.of(slice, present, source.stores());
    DryRun.tell(target.present().map(ImageInjection::layer), plan, progress::step);
    return new Rewriting(
        result(target),
        image.manifest().raw(),
        target.present().map(ImageInjection::layer),
        source.report(),
        changes,
        Report.Garbage.of(slice),
        0,
        Optional.of(plan));
  }

  private static Report.Result result(Target target) {
    return target.present().filter(ImageInjection::hasContent).isPresent()
        ? Report.Result.REFRESHED
        : Report.Result.INJECTED;
  }

  private static NewLayer layer(InjectedLayer.Found found) {
    return new NewLayer(found.layer().digest(), found.diffId(), found.layer().size());
  }

  private static boolean hasContent(InjectedLayer.Found layer) {
    return !layer.diffId().equals(EmptyLayer.layer().diffId());
  }

  private SliceSource openRepositories(Target target, LayerRecipe present) throws IOException {
    Repositories repositories = new Repositories(options.registryConf(), present.specifications());
    SliceSource source =
        new SliceSource(
            MountPoint.of(options.conf(), present), LayerShape.of(options.conf()::flag));
    for (String fqrn : repositories.names()) {
      SpecificationFile specification = repositories.specification(fqrn, target.architecture());
      specification.warnings().forEach(this::warnOnce);
      Snapshots.Opened opened = snapshots.open(fqrn);
      Snapshot snapshot = opened.snapshot();
      opened.conf().warnings().stream()
          .filter(warning -> !options.conf().warnings().contains(warning))
          .forEach(this::warnOnce);
      if (snapshot.trust() instanceof Trust.Unverified) {
        warnOnce(Injector.unverified(fqrn));
      }
      tellOnce(
          "CVMFS repository %s is at revision %d, published %s"
              .formatted(fqrn, snapshot.revision(), snapshot.published()));
      source.add(opened, specification);
    }
    return source;
  }

  private Slice select(SliceSource source) throws IOException {
    Slice known = slices.get(source.repositories());
    if (known != null) {
      return known;
    }
    Slice slice = source.build(work, this::warnOnce);
    slices.put(source.repositories(), slice);
    tellSelection(LayerMaker.amounts(slice));
    if (!slice.skippedSockets().isEmpty()) {
      progress.warning(
          "sockets cannot be in an image layer and are left out: "
              + String.join(", ", slice.skippedSockets()));
    }
    return slice;
  }

  private void tellSelection(LedgerEntry.Amounts amounts) {
    tellOnce(
        "The specification selects %s; their content is %s in %s"
            .formatted(
                Amounts.count(amounts.entries(), "entry", "entries"),
                Amounts.bytes(amounts.contentBytes()),
                Amounts.count(amounts.objects(), "object", "objects")));
  }

  /** Several images may tell the same. */
  private void tellOnce(String line) {
    if (told.add(line)) {
      progress.step(line);
    }
  }

  private void warnOnce(String line) {
    if (told.add(line)) {
      progress.warning(line);
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

  private void tellPlan(Target target, RewrittenImage image) {
    progress.step("%s would change like this:".formatted(target.label()));
    DryRun.tell(target.base(), image, progress::step);
  }

  private static Rewriting unchanged(
      Target target,
      List<Report.Repository> repositories,
      LayerChanges changes,
      Report.Garbage kept) {
    return new Rewriting(
        Report.Result.UNCHANGED,
        target.published().orElseThrow().manifest().raw(),
        target.present().map(ImageInjection::layer),
        repositories,
        changes,
        kept,
        0);
  }

  /** Gives up what was begun of uploads that have turned out not to be needed. */
  @Override
  public void close() {
    layers.close();
  }
}
