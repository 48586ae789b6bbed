package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.injector.image.EmptyLayer;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.InjectionState;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.image.RepositoryState;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Tells how up to date images are, by their labels, the specifications in their layers, and the
 * catalogs that differ. Writes nothing and fetches no content.
 */
public final class StatusCheck {
  private final ImageStore store;
  private final Snapshots snapshots;
  private final Path cache;
  private final Conf conf;
  private final RegistryConf registryConf;
  private final ProgressListener progress;

  /**
   * @param store the image's repository
   * @param cache the folder for temporary files
   */
  public StatusCheck(
      ImageStore store,
      Snapshots snapshots,
      Path cache,
      Conf conf,
      RegistryConf registryConf,
      ProgressListener progress) {
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
   * @throws IOException if the local disk fails
   */
  public List<ImageStatus> check(ImageName name) throws IOException {
    RawManifest raw = store.manifest(name.reference());
    try (WorkDirectory work = WorkDirectory.open(cache.resolve("work"))) {
      if (!ManifestKind.of(raw).isIndex()) {
        return List.of(status(name.toString(), FetchedImage.of(store, raw), List.of(), work));
      }
      List<Attached> ofIndex = attached(raw.digest());
      List<ImageStatus> all = new ArrayList<>();
      IndexWalk.forEachImage(
          store,
          IndexOptions.of(conf),
          raw,
          (image, platform) ->
              all.add(status("%s (%s)".formatted(name, platform), image, ofIndex, work)));
      return all;
    }
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
      String label, FetchedImage image, List<Attached> ofIndex, WorkDirectory work)
      throws IOException {
    List<Attached> attached = new ArrayList<>(ofIndex);
    attached.addAll(attached(image.digest()));
    String digest = image.digest().toString();
    if (!(image.injected() instanceof InjectedLayer.Found found)) {
      return new ImageStatus(
          label, digest, Optional.empty(), Report.Garbage.NONE, List.of(), attached);
    }
    Report.Layer layer =
        new Report.Layer(
            found.layer().digest().toString(), found.diffId().toString(), found.layer().size());
    if (found.diffId().equals(EmptyLayer.layer().diffId())) {
      return new ImageStatus(
          label, digest, Optional.of(layer), Report.Garbage.NONE, List.of(), attached);
    }
    SortedMap<String, RepositoryState> states =
        InjectionState.of(image.config(), progress::warning)
            .orElseGet(InjectionState::prepared)
            .repositories();
    OldLayer old = new OldLayer(store, found, progress, work);
    Repositories repositories =
        new Repositories(registryConf, old.recipeIfCheap().specifications());
    List<ImageStatus.RepositoryStatus> parts = new ArrayList<>();
    for (Map.Entry<String, RepositoryState> state : states.entrySet()) {
      SpecificationFile specification =
          repositories.specification(state.getKey(), image.config().architecture());
      parts.add(part(state.getKey(), state.getValue(), specification));
    }
    return new ImageStatus(label, digest, Optional.of(layer), old.listedGarbage(), parts, attached);
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
