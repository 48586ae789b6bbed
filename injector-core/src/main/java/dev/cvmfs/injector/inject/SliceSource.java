package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.RepositoryState;
import dev.cvmfs.injector.layer.ObjectSources;
import dev.cvmfs.injector.layer.PackingOptions;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceBuilder;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.sync.ChangeCursor;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of repositories that go into an image, and what of them is wanted. */
public final class SliceSource {
  private static final Logger log = LoggerFactory.getLogger(SliceSource.class);

  private final String prefix;
  private final LayerShape shape;
  private final PackingOptions packing;
  private final SortedMap<String, Part> parts = new TreeMap<>();

  /** Repositories in {@code cvmfs}, as with a CVMFS client, in a layer built as usual. */
  public SliceSource() {
    this(PackingOptions.USUAL);
  }

  /** The same, packed so. */
  public SliceSource(PackingOptions packing) {
    this(MountPoint.USUAL, LayerShape.USUAL, packing);
  }

  /**
   * @param prefix the directory in the image in which repositories appear
   * @param shape how the layer is to be built
   * @param packing how its objects are prepared
   */
  SliceSource(String prefix, LayerShape shape, PackingOptions packing) {
    this.prefix = prefix;
    this.shape = shape;
    this.packing = packing;
  }

  /** Adds a repository. */
  public void add(Snapshots.Opened opened, Specification specification) throws IOException {
    Snapshot snapshot = opened.snapshot();
    SortedMap<String, byte[]> provenance =
        LayerProvenance.files(specification, prefix, shape, opened.conf());
    parts.put(snapshot.fqrn(), new Part(snapshot, specification, provenance));
  }

  /** Walks the repositories. */
  public Slice build(WorkDirectory work) throws IOException {
    return build(work, warning -> {});
  }

  /**
   * The same.
   *
   * @param warnings told of what will not work in the image
   */
  Slice build(WorkDirectory work, Consumer<String> warnings) throws IOException {
    SliceBuilder builder = new SliceBuilder(work, prefix, shape);
    Map<String, Specification> wanted = new TreeMap<>();
    parts.forEach((fqrn, part) -> wanted.put(fqrn, part.specification()));
    CrossLinks links = new CrossLinks(prefix, wanted);
    for (Part part : parts.values()) {
      String fqrn = part.snapshot().fqrn();
      try (EntryCursor entries = links.watch(fqrn, part.snapshot().walk(part.specification()))) {
        builder.add(fqrn, part.provenance(), entries);
      }
    }
    links.summary().ifPresent(warnings);
    return builder.finish();
  }

  /** What is to be remembered of a layer that is made from this. */
  LedgerEntry ledgerEntry(NewLayer layer, LedgerEntry.Amounts amounts, List<String> places) {
    return new LedgerEntry(
        layer.blob(), layer.diffId(), layer.size(), layer.toc(), amounts, repositories(), places);
  }

  /** What the slice is a function of. */
  public SortedMap<String, LedgerEntry.Repository> repositories() {
    SortedMap<String, LedgerEntry.Repository> repositories = new TreeMap<>();
    parts.forEach(
        (fqrn, part) ->
            repositories.put(
                fqrn,
                new LedgerEntry.Repository(
                    part.snapshot().rootHash(), byteStrings(part.provenance()))));
    return repositories;
  }

  private static SortedMap<String, ByteString> byteStrings(SortedMap<String, byte[]> files) {
    SortedMap<String, ByteString> strings = new TreeMap<>();
    files.forEach((name, content) -> strings.put(name, ByteString.of(content)));
    return strings;
  }

  /**
   * Whether a layer whose making is known would come out the same if it were made from this: the
   * repositories, specifications and options are the same, and so is all that is selected, though
   * the repositories may have moved on. For that, only catalogs that differ are looked at.
   */
  boolean stillGives(LedgerEntry known) {
    return stillGives(known.repositories());
  }

  /** The same of anything else that was made from slices of repositories. */
  public boolean stillGives(SortedMap<String, LedgerEntry.Repository> known) {
    if (!known.keySet().equals(parts.keySet())) {
      return false;
    }
    return parts.entrySet().stream()
        .allMatch(
            entry ->
                entry.getValue().stillGives(Objects.requireNonNull(known.get(entry.getKey()))));
  }

  /** The numbers of the states, by repository. */
  SortedMap<String, Long> revisions() {
    SortedMap<String, Long> revisions = new TreeMap<>();
    parts.forEach((fqrn, part) -> revisions.put(fqrn, part.snapshot().revision()));
    return revisions;
  }

  /** Where its objects come from: caches and servers. */
  public ObjectSources objects() {
    return objects(Optional.empty());
  }

  /**
   * The same.
   *
   * @param present the layer to be replaced, which may have some of them
   */
  ObjectSources objects(Optional<PresentLayer> present) {
    List<ObjectStore> stores =
        parts.values().stream().map(part -> part.snapshot().objects()).toList();
    return new ObjectSources(stores, present, packing);
  }

  /** What images note of it. */
  public Map<String, RepositoryState> state() {
    Map<String, RepositoryState> state = new LinkedHashMap<>();
    for (Part part : parts.values()) {
      Snapshot snapshot = part.snapshot();
      Digest specification = Digest.sha256(part.specification().source());
      state.put(
          snapshot.fqrn(),
          new RepositoryState(snapshot.rootHash(), snapshot.revision(), specification));
    }
    return state;
  }

  /** For people and programs. */
  public List<Report.Repository> report() {
    return parts.values().stream().map(Part::report).toList();
  }

  /** When the newest of the states was published. */
  public Instant published() {
    return parts.values().stream()
        .map(part -> part.snapshot().published())
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  private record Part(
      Snapshot snapshot, Specification specification, SortedMap<String, byte[]> provenance) {

    Report.Repository report() {
      return new Report.Repository(
          snapshot.fqrn(),
          snapshot.rootHash().toString(),
          snapshot.revision(),
          snapshot.trust() instanceof Trust.Verified,
          Digest.sha256(specification.source()).toString());
    }

    boolean stillGives(LedgerEntry.Repository known) {
      if (!known.provenance().equals(byteStrings(provenance))) {
        return false;
      }
      if (known.rootHash().equals(snapshot.rootHash())) {
        return true;
      }
      try (ChangeCursor changes = snapshot.changesSince(known.rootHash(), specification)) {
        return !changes.hasNext();
      } catch (CvmfsFailure e) {
        // The old state may be gone from cache and servers; the new one is walked as a whole then.
        log.debug("{} cannot be compared with its state {}", snapshot.fqrn(), known.rootHash(), e);
        return false;
      }
    }
  }
}
