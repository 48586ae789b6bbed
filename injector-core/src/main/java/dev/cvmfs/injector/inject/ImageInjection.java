package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.EmptyLayer;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
import dev.cvmfs.injector.image.InjectionState;
import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.layer.LayerPlan;
import dev.cvmfs.injector.layer.PackingOptions;
import dev.cvmfs.injector.ledger.LayerLedger;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Gives images, each for one platform, an up-to-date CVMFS layer: everything up to the name that
 * will lead to the result. What several images have in common, above all the layer, is made once.
 */
final class ImageInjection implements AutoCloseable {
  private static final LayerChanges NO_CHANGES = new LayerChanges(0, 0, 0, 0, true);

  private final ImageStore store;
  private final Snapshots snapshots;
  private final InjectionOptions options;
  private final Signatures signatures;
  private final ProgressListener progress;
  private final WorkDirectory work;
  private final LayerLedger ledger;
  private final RefreshPlanner planner;
  private final LayerMaker layers;
  private final OnceListener once;

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
    this.once = new OnceListener(progress);
    this.ledger = new LayerLedger(cache.resolve("layers"), work, clock);
    this.planner =
        new RefreshPlanner(
            ledger,
            store.name().repositoryPath(),
            new GarbageKeeper(options.registryConf().garbagePolicy()),
            once,
            work);
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
      return unchanged(
          target, List.of(), new Refresh.UpToDate(NO_CHANGES, Report.Garbage.NONE, false));
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
      new Publisher(store, progress)
          .push(
              target.label(),
              image,
              () -> store.pushBlob(layer.forUpload(), BlobSource.of(EmptyLayer.blob())));
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
    Optional<OldLayer> old =
        target
            .present()
            .filter(ImageInjection::hasContent)
            .map(found -> new OldLayer(store, found, progress, work));
    Optional<LedgerEntry> known =
        old.isPresent() ? ledger.find(old.get().digest()) : Optional.empty();
    SliceSource source = openRepositories(target, recipe(old, known));
    boolean onlyLayer =
        target.publishedIsFromBase()
            && target.present().filter(found -> isAnnotated(target, found, known)).isPresent();
    Refresh refresh = planner.decide(onlyLayer, source, old, known);
    if (refresh instanceof Refresh.UpToDate layer) {
      return unchanged(target, source.report(), layer);
    }
    Refresh.Replaced layer = (Refresh.Replaced) refresh;
    signatures.beforeChange(target.base().digest(), target.publishedDigest());
    return options.dryRun() ? draft(target, source, layer) : replace(target, source, layer);
  }

  /**
   * Whether the manifest names the table of contents that the layer has, as far as that is known.
   */
  private static boolean isAnnotated(
      Target target, InjectedLayer.Found found, Optional<LedgerEntry> known) {
    Optional<String> named =
        target
            .published()
            .flatMap(
                image ->
                    image.manifest().layerAnnotation(found.position(), NewLayer.TOC_ANNOTATION));
    return known
        .flatMap(LedgerEntry::toc)
        .map(toc -> named.equals(Optional.of(toc.toString())))
        .orElse(true);
  }

  private static LayerRecipe recipe(Optional<OldLayer> old, Optional<LedgerEntry> known)
      throws IOException {
    if (known.isPresent()) {
      return LayerRecipe.of(known.get());
    }
    return old.isPresent() ? old.get().recipe() : LayerRecipe.NONE;
  }

  private Rewriting replace(Target target, SliceSource source, Refresh.Replaced layer)
      throws IOException {
    LayerChanges changes = layer.changes();
    boolean early = !changes.identical() && options.conf().flag("OCI_EARLY_UPLOAD", true);
    MadeLayer made = layers.make(layer.slice(), source, layer.present(), early);
    RewrittenImage image =
        rewrite(target, made.layer(), InjectionState.of(source.state()), source.published());
    if (target.publishedDigest().equals(Optional.of(image.manifest().raw().digest()))) {
      return unchanged(
          target, source.report(), new Refresh.UpToDate(changes, made.garbage(), false));
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
  private Rewriting draft(Target target, SliceSource source, Refresh.Replaced layer)
      throws IOException {
    RewrittenImage image =
        rewrite(target, DryRun.layer(), InjectionState.of(source.state()), source.published());
    tellPlan(target, image);
    LayerPlan plan = LayerPlan.of(layer.slice(), source.objects(layer.present()));
    Optional<NewLayer> present = target.present().map(ImageInjection::layer);
    DryRun.tell(present, plan, progress::step);
    return new Rewriting(
        result(target),
        image.manifest().raw(),
        present,
        source.report(),
        layer.changes(),
        Report.Garbage.of(layer.slice()),
        false,
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
            MountPoint.of(options.conf(), present),
            LayerShape.of(options.conf()::flag),
            PackingOptions.of(options.conf(), once::warning));
    for (String fqrn : repositories.names()) {
      SpecificationFile specification = repositories.specification(fqrn, target.architecture());
      specification.warnings().forEach(once::warning);
      Snapshots.Opened opened = snapshots.open(fqrn);
      Snapshot snapshot = opened.snapshot();
      once.step(
          "CVMFS repository %s is at revision %d, published %s"
              .formatted(fqrn, snapshot.revision(), snapshot.published()));
      source.add(opened, specification);
    }
    return source;
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
      Target target, List<Report.Repository> repositories, Refresh.UpToDate layer) {
    return new Rewriting(
        Report.Result.UNCHANGED,
        target.published().orElseThrow().manifest().raw(),
        target.present().map(ImageInjection::layer),
        repositories,
        layer.changes(),
        layer.garbage(),
        layer.unproven(),
        0,
        Optional.empty());
  }

  /** Gives up what was begun of uploads that have turned out not to be needed. */
  @Override
  public void close() {
    layers.close();
  }
}
