package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.injector.image.EmptyLayer;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.InjectionState;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.image.RepositoryState;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.sync.Change;
import dev.cvmfs.shrinkwrap.sync.ChangeCursor;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * Tells how up to date images are, by their labels, the specifications in their layers, and the
 * catalogs that differ. Writes nothing and fetches no content.
 */
public final class StatusCheck {
  private final ImageStore source;
  private final ImageStore store;
  private final Snapshots snapshots;
  private final Path cache;
  private final Conf conf;
  private final RegistryConf registryConf;
  private final ProgressListener progress;

  /**
   * @param source the repository of the images that results are made from
   * @param store the one that results are in: the same, or another
   * @param cache the folder for temporary files
   */
  public StatusCheck(
      ImageStore source,
      ImageStore store,
      Snapshots snapshots,
      Path cache,
      Conf conf,
      RegistryConf registryConf,
      ProgressListener progress) {
    this.source = source;
    this.store = store;
    this.snapshots = snapshots;
    this.cache = cache;
    this.conf = conf;
    this.registryConf = registryConf;
    this.progress = progress;
  }

  /**
   * Does it, for each image that is meant if the name leads to an index.
   *
   * @param base what results are made from
   * @param name where they are; the same if it is refreshed in place
   * @throws IOException if the local disk fails
   */
  public List<ImageStatus> check(ImageName base, ImageName name) throws IOException {
    RawManifest raw = store.manifest(name.reference());
    boolean isIndex = ManifestKind.of(raw).isIndex();
    List<Subject> subjects = subjects(store, name, raw);
    List<String> reasons = new ArrayList<>();
    if (!name.equals(base)
        && !vanilla(subjects(source, base, source.manifest(base.reference())))
            .equals(vanilla(subjects))) {
      reasons.add("%s is another image than the one that it was made from".formatted(base));
    }
    List<Attached> ofIndex = isIndex ? attached(raw.digest()) : List.of();
    List<ImageStatus> all = new ArrayList<>();
    try (WorkDirectory work = WorkDirectory.open(cache.resolve("work"))) {
      for (Subject subject : subjects) {
        all.add(status(subject, reasons, ofIndex, work));
      }
    }
    return all;
  }

  /** One image for one platform. */
  private record Subject(String label, FetchedImage image) {}

  private List<Subject> subjects(ImageStore where, ImageName name, RawManifest raw)
      throws IOException {
    if (!ManifestKind.of(raw).isIndex()) {
      return List.of(new Subject(name.toString(), FetchedImage.of(where, raw)));
    }
    List<Subject> all = new ArrayList<>();
    IndexWalk.forEachImage(
        where,
        IndexOptions.of(conf),
        raw,
        (image, platform) -> all.add(new Subject("%s (%s)".formatted(name, platform), image)));
    return all;
  }

  private static Set<Digest> vanilla(List<Subject> subjects) {
    return subjects.stream().map(subject -> subject.image().vanilla()).collect(Collectors.toSet());
  }

  private List<Attached> attached(Digest digest) {
    try {
      return Attached.to(store, digest);
    } catch (RegistryFailure e) {
      progress.warning("whether %s is signed cannot be told: %s".formatted(digest, e.getMessage()));
      return List.of();
    }
  }

  private ImageStatus status(
      Subject subject, List<String> common, List<Attached> ofIndex, WorkDirectory work)
      throws IOException {
    FetchedImage image = subject.image();
    List<Attached> attached = new ArrayList<>(ofIndex);
    attached.addAll(attached(image.digest()));
    Content content =
        image
                .layer()
                .filter(found -> !found.diffId().equals(EmptyLayer.layer().diffId()))
                .isPresent()
            ? content(image, image.layer().get(), work)
            : Content.NONE;
    List<String> reasons = new ArrayList<>(common);
    reasons.addAll(content.reasons());
    return new ImageStatus(
        subject.label(),
        image.digest().toString(),
        image.layer().map(StatusCheck::layer),
        content.garbage(),
        content.repositories(),
        reasons,
        attached);
  }

  private static Report.Layer layer(InjectedLayer.Found found) {
    return new Report.Layer(
        found.layer().digest().toString(), found.diffId().toString(), found.layer().size());
  }

  /** What is in a layer. */
  private record Content(
      Report.Garbage garbage,
      List<ImageStatus.RepositoryStatus> repositories,
      List<String> reasons) {
    static final Content NONE = new Content(Report.Garbage.NONE, List.of(), List.of());
  }

  private Content content(FetchedImage image, InjectedLayer.Found found, WorkDirectory work)
      throws IOException {
    List<String> reasons = new ArrayList<>();
    SortedMap<String, RepositoryState> states =
        InjectionState.of(image.config(), progress::warning)
            .orElseGet(InjectionState::prepared)
            .repositories();
    OldLayer old = new OldLayer(store, found, progress, work);
    Optional<OldLayer.Told> told = old.provenance();
    if (told.isEmpty()) {
      reasons.add("the layer is damaged, or was made or compressed again by another tool");
    }
    Report.Garbage garbage = told.isPresent() ? old.listedGarbage() : Report.Garbage.NONE;
    if (garbage.objects() > 0 && !registryConf.garbagePolicy().keepsAny()) {
      reasons.add("the layer has garbage, which OCI_GC does not allow");
    }
    List<ImageStatus.RepositoryStatus> parts = new ArrayList<>();
    if (states.isEmpty()) {
      return new Content(garbage, parts, reasons);
    }
    Wanted wanted =
        new Wanted(told.map(OldLayer.Told::recipe).orElse(LayerRecipe.NONE), image, states);
    for (String fqrn : wanted.names()) {
      RepositoryState state = states.get(fqrn);
      if (state == null) {
        reasons.add("%s is to be in it as well".formatted(fqrn));
        continue;
      }
      SpecificationFile specification = wanted.specification(fqrn);
      ImageStatus.RepositoryStatus part = part(fqrn, state, specification);
      parts.add(part);
      if (told.isPresent()) {
        SortedMap<String, byte[]> said =
            told.get().files().getOrDefault(fqrn, Collections.emptySortedMap());
        madeOtherwise(said, wanted.provenance(fqrn, specification), part.sameSpecification())
            .ifPresent(how -> reasons.add("%s was packed with %s".formatted(fqrn, how)));
      }
    }
    states.keySet().stream()
        .filter(fqrn -> !wanted.names().contains(fqrn))
        .forEach(fqrn -> reasons.add("%s is not to be in it any more".formatted(fqrn)));
    return new Content(garbage, parts, reasons);
  }

  /**
   * What distinguishes how a layer says that it was made from how a refresh would make it.
   *
   * @param sameSpecification what its label says of that; told elsewhere if it is another
   */
  private static Optional<String> madeOtherwise(
      SortedMap<String, byte[]> said, SortedMap<String, byte[]> wanted, boolean sameSpecification) {
    SortedSet<String> settings = info(said).differences(info(wanted));
    if (!settings.isEmpty()) {
      return Optional.of("other settings: " + String.join(", ", settings));
    }
    boolean isSame =
        Arrays.equals(
            said.get(LayerProvenance.SPECIFICATION), wanted.get(LayerProvenance.SPECIFICATION));
    return isSame || !sameSpecification
        ? Optional.empty()
        : Optional.of("another specification than its label says");
  }

  private static LayerInfo info(SortedMap<String, byte[]> files) {
    return LayerInfo.parse(files.getOrDefault(LayerProvenance.INFO, new byte[0]));
  }

  /** What a refresh would go by. */
  private final class Wanted {
    private final LayerRecipe present;
    private final Repositories repositories;
    private final Optional<String> architecture;
    private final List<String> names;

    Wanted(LayerRecipe present, FetchedImage image, SortedMap<String, RepositoryState> states) {
      this.present = present;
      this.repositories = new Repositories(registryConf, present.specifications());
      this.architecture = image.config().architecture();
      // What another tool has compressed again would have to be read as a whole to tell more.
      this.names =
          present.specifications().isEmpty() && registryConf.repositories().isEmpty()
              ? List.copyOf(states.keySet())
              : repositories.names();
    }

    List<String> names() {
      return names;
    }

    SpecificationFile specification(String fqrn) throws IOException {
      return repositories.specification(fqrn, architecture);
    }

    SortedMap<String, byte[]> provenance(String fqrn, SpecificationFile specification)
        throws IOException {
      return LayerProvenance.files(
          specification,
          MountPoint.of(conf, present),
          LayerShape.of(conf::flag),
          snapshots.open(fqrn).conf());
    }
  }

  private ImageStatus.RepositoryStatus part(
      String fqrn, RepositoryState state, SpecificationFile specification) throws IOException {
    Snapshot newest = snapshots.snapshot(fqrn);
    boolean sameSpecification = Digest.sha256(specification.source()).equals(state.specification());
    Optional<Instant> published = Optional.empty();
    Optional<ImageStatus.Changes> changes = Optional.empty();
    if (state.rootHash().equals(newest.rootHash())) {
      published = Optional.of(newest.published());
      changes = Optional.of(new ImageStatus.Changes(0, 0, 0, 0));
    } else {
      try {
        published = Optional.of(newest.at(state.rootHash()).published());
        changes = Optional.of(changes(newest, state, specification));
      } catch (CvmfsFailure.Network e) {
        progress.warning(
            "what has changed in %s since revision %d cannot be told: %s"
                .formatted(fqrn, state.revision(), e.getMessage()));
      }
    }
    return new ImageStatus.RepositoryStatus(
        fqrn,
        new ImageStatus.State(state.rootHash(), state.revision(), published),
        new ImageStatus.State(
            newest.rootHash(), newest.revision(), Optional.of(newest.published())),
        state.specification().toString(),
        sameSpecification,
        changes);
  }

  private static ImageStatus.Changes changes(
      Snapshot newest, RepositoryState state, SpecificationFile specification) {
    long added = 0;
    long changed = 0;
    long removed = 0;
    long bytes = 0;
    try (ChangeCursor cursor = newest.changesSince(state.rootHash(), specification)) {
      while (cursor.hasNext()) {
        Change<Entry> change = cursor.next();
        bytes += change.after().map(StatusCheck::size).orElse(0L);
        if (change.before().isEmpty()) {
          added++;
        } else if (change.after().isEmpty()) {
          removed++;
        } else {
          changed++;
        }
      }
    }
    return new ImageStatus.Changes(added, changed, removed, bytes);
  }

  private static long size(Entry entry) {
    return entry instanceof Entry.RegularFile file ? file.size() : 0;
  }
}
