package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.EmptyLayer;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
import dev.cvmfs.injector.image.InjectionState;
import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.injector.layer.GarbageUnavailableException;
import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.layer.LayerWriter;
import dev.cvmfs.injector.layer.ObjectSources;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.layer.WrittenLayer;
import dev.cvmfs.injector.ledger.LayerLedger;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.Garbage;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
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
final class ImageInjection {
  private static final int BUFFER = 1 << 18;
  private static final LayerChanges NO_CHANGES = new LayerChanges(0, 0, 0, 0, true);

  /** The type is the manifest's to say; the upload needs only digest and size. */
  private static final String ANY_LAYER = "application/octet-stream";

  private final ImageStore store;
  private final Snapshots snapshots;
  private final InjectionOptions options;
  private final ProgressListener progress;
  private final WorkDirectory work;
  private final LayerLedger ledger;
  private final GarbageKeeper garbage;
  private final Map<SortedMap<String, LedgerEntry.Repository>, Slice> slices = new HashMap<>();
  private final Map<Slice, Packed> packed = new HashMap<>();
  private final Set<String> told = new HashSet<>();

  /** A layer in a temporary file. */
  private record Packed(WrittenLayer layer, Path file, Report.Garbage garbage) {}

  /**
   * @param cache the folder with the ledger of layers
   * @param clock tells which layers of the ledger have not been asked for longest
   */
  ImageInjection(
      ImageStore store,
      Snapshots snapshots,
      Path cache,
      InjectionOptions options,
      ProgressListener progress,
      Clock clock,
      WorkDirectory work) {
    this.store = store;
    this.snapshots = snapshots;
    this.options = options;
    this.progress = progress;
    this.work = work;
    this.garbage = new GarbageKeeper(options.registryConf().garbagePolicy());
    this.ledger = new LayerLedger(cache.resolve("layers"), work, clock);
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
    NewLayer layer = EmptyLayer.layer();
    RewrittenImage image = rewrite(target, layer, InjectionState.prepared(), Instant.EPOCH);
    push(target, image, layer, Publisher.source(EmptyLayer.blob()));
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
      return refresh(
          target, openRepositories(target, Collections.emptySortedMap()), Optional.empty());
    }
    OldLayer old = new OldLayer(store, found.get(), progress, work);
    Optional<LedgerEntry> known = ledger.find(found.get().layer().digest());
    SliceSource source =
        openRepositories(
            target,
            known.isPresent() ? LayerProvenance.specifications(known.get()) : old.specifications());
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
    LedgerEntry now = source.ledgerEntry(known.layer(), known.amounts());
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
      return unchanged(target, source.report(), changes, amount(wanted));
    }
    if (options.dryRun()) {
      return plan(target, source, changes, amount(wanted));
    }
    Packed made =
        packWithGarbage(
            compared.isPresent() ? wanted : selected, source, old.flatMap(OldLayer::usable));
    WrittenLayer written = made.layer();
    NewLayer layer = new NewLayer(written.digest(), written.diffId(), written.size());
    NewLayer described = new NewLayer(layer.blob(), layer.diffId(), layer.size(), written.toc());
    RewrittenImage image =
        rewrite(target, described, InjectionState.of(source.state()), source.published());
    if (target.publishedDigest().equals(Optional.of(image.manifest().raw().digest()))) {
      return unchanged(target, source.report(), changes, made.garbage());
    }
    push(
        target,
        image,
        layer,
        offset -> FileRange.open(made.file(), offset, written.size() - offset));
    return new Rewriting(
        result(target),
        image.manifest().raw(),
        Optional.of(layer),
        source.report(),
        changes,
        made.garbage(),
        written.bytesFromPresent());
  }

  /** What is known without fetching and packing any content. */
  private Rewriting plan(
      Target target, SliceSource source, LayerChanges changes, Report.Garbage kept) {
    RewrittenImage image =
        rewrite(target, DryRun.layer(), InjectionState.of(source.state()), source.published());
    tellPlan(target, image);
    return new Rewriting(
        result(target),
        image.manifest().raw(),
        target.present().map(ImageInjection::layer),
        source.report(),
        changes,
        kept,
        0);
  }

  private static Report.Garbage amount(Slice slice) {
    return new Report.Garbage(slice.garbage().objects().size(), slice.garbage().bytes());
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

  private SliceSource openRepositories(Target target, SortedMap<String, byte[]> specifications)
      throws IOException {
    Repositories repositories = new Repositories(options.registryConf(), specifications);
    SliceSource source = new SliceSource(LayerShape.of(options.conf()::flag));
    for (String fqrn : repositories.names()) {
      SpecificationFile specification = repositories.specification(fqrn, target.architecture());
      specification.warnings().forEach(this::warnOnce);
      Snapshots.Opened opened = snapshots.open(options.conf(), fqrn);
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
    Slice slice = source.build(work);
    slices.put(source.repositories(), slice);
    tellSelection(amounts(slice));
    if (!slice.skippedSockets().isEmpty()) {
      progress.warning(
          "sockets cannot be in an image layer and are left out: "
              + String.join(", ", slice.skippedSockets()));
    }
    return slice;
  }

  private static LedgerEntry.Amounts amounts(Slice slice) {
    return new LedgerEntry.Amounts(
        slice.visibleCount(),
        slice.objectCount(),
        slice.contentBytes(),
        slice.garbage().objects().size(),
        slice.garbage().bytes());
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

  /** Garbage is worth keeping, but no reason to fail. */
  private Packed packWithGarbage(Slice slice, SliceSource source, Optional<PresentLayer> present)
      throws IOException {
    try {
      return pack(slice, source, present);
    } catch (GarbageUnavailableException e) {
      progress.warning("all garbage is dropped: " + e.getMessage());
      return pack(slice.with(Garbage.NONE), source, present);
    }
  }

  private Packed pack(Slice slice, SliceSource source, Optional<PresentLayer> present)
      throws IOException {
    Packed known = packed.get(slice);
    if (known != null) {
      return known;
    }
    progress.step("Packing layer...");
    Path file = work.newFile("layer");
    ObjectSources objects = new ObjectSources(source.stores(), present);
    try (ProgressListener.Task task =
            progress.task("Packing", slice.contentBytes() + slice.garbage().bytes());
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
      WrittenLayer layer = new LayerWriter(work).write(slice, objects, out, task::advance);
      out.flush();
      ledger.add(source.ledgerEntry(layer.digest(), amounts(slice)));
      Packed made = new Packed(layer, file, amount(slice));
      packed.put(slice, made);
      return made;
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

  private void push(Target target, RewrittenImage image, NewLayer layer, BlobSource bytes)
      throws IOException {
    if (options.dryRun()) {
      tellPlan(target, image);
      return;
    }
    Descriptor descriptor = new Descriptor(ANY_LAYER, layer.blob(), layer.size());
    new Publisher(store, progress).push(target.label(), image, descriptor, bytes);
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
}
