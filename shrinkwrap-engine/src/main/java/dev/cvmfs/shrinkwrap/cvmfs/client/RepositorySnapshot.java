package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Statistics;
import dev.cvmfs.shrinkwrap.cvmfs.Tag;
import dev.cvmfs.shrinkwrap.cvmfs.TransferCounters;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Catalog;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.CatalogComparison;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.CatalogSource;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.CatalogWalk;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.History;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.NestedCatalog;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Ownership;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.VariantSymlinks;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.sync.ChangeCursor;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** A snapshot; everything of it is fetched when it is wanted. */
final class RepositorySnapshot implements Snapshot {
  private final Facts facts;
  private final RootCatalog root;
  private final Ownership ownership;
  private final VariantSymlinks symlinks;
  private final CatalogFiles files;
  private final CachedObjects objects;
  private final Servers servers;
  private final Executor background;
  private final AtomicLong catalogs = new AtomicLong();

  /** Which state it is. */
  record Version(long revision, Instant published) {

    /** What a root catalog says of itself, for those that no manifest speaks of. */
    static Version of(Catalog catalog) {
      try {
        return new Version(
            Long.parseLong(catalog.property("revision").orElse("0")),
            Instant.ofEpochSecond(Long.parseLong(catalog.property("last_modified").orElse("0"))));
      } catch (NumberFormatException e) {
        throw new CvmfsFailure.Data("%s has no proper revision or time".formatted(catalog), e);
      }
    }
  }

  /**
   * What is known of it from the beginning.
   *
   * @param history the database of tags
   */
  record Facts(String fqrn, Version version, Trust trust, Optional<ContentHash> history) {}

  RepositorySnapshot(
      Facts facts,
      RootCatalog root,
      Ownership ownership,
      VariantSymlinks symlinks,
      CatalogFiles files,
      CachedObjects objects,
      Servers servers,
      Executor background) {
    this.facts = facts;
    this.root = root;
    this.ownership = ownership;
    this.symlinks = symlinks;
    this.files = files;
    this.objects = objects;
    this.servers = servers;
    this.background = background;
  }

  /** Fetches and opens the root catalog, which fails if it is none. */
  void requireRoot() {
    root.read(Catalog::identity);
  }

  @Override
  public String fqrn() {
    return facts.fqrn();
  }

  @Override
  public ContentHash rootHash() {
    return root.identity().hash();
  }

  @Override
  public long revision() {
    return facts.version().revision();
  }

  @Override
  public Instant published() {
    return facts.version().published();
  }

  @Override
  public Trust trust() {
    return facts.trust();
  }

  @Override
  public Optional<Statistics> statistics() {
    Map<String, Long> counters = root.read(Catalog::statistics);
    return counters.isEmpty() ? Optional.empty() : Optional.of(Statistics.of(counters));
  }

  @Override
  public List<Tag> tags() {
    if (facts.history().isEmpty()) {
      return List.of();
    }
    try {
      return files.history(facts.history().get(), History::all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public EntryCursor walk(Specification specification, CatalogGate gate) {
    return walk(root.identity(), specification, gate, loader());
  }

  private CatalogSource loader() {
    return new CatalogLoader(root, files, background, catalogs);
  }

  private CatalogWalk walk(
      NestedCatalog from, Specification specification, CatalogGate gate, CatalogSource source) {
    return new CatalogWalk(from, specification, ownership, symlinks, gate, source);
  }

  @Override
  public ChangeCursor changesSince(ContentHash other, Specification specification) {
    NestedCatalog otherRoot = new NestedCatalog(TreePath.ROOT, other);
    CatalogWalk before =
        walk(otherRoot, specification, CatalogGate.OPEN, new UnhurriedCatalogs(loader()));
    try {
      CatalogWalk after =
          walk(root.identity(), specification, CatalogGate.OPEN, new UnhurriedCatalogs(loader()));
      try {
        return new CatalogComparison(before, after);
      } catch (RuntimeException e) {
        after.close();
        throw e;
      }
    } catch (RuntimeException e) {
      before.close();
      throw e;
    }
  }

  /** What leads on from a state to those before it. */
  private record Step(long revision, Optional<ContentHash> previous) {
    static Step of(Catalog catalog) {
      return new Step(Version.of(catalog).revision(), RepositorySnapshot.previous(catalog));
    }
  }

  private Optional<ContentHash> previous() {
    return root.read(RepositorySnapshot::previous);
  }

  /** Reads an earlier state's root catalog, of which nothing stays outside of the cache. */
  private Step step(ContentHash state) {
    try (CatalogSource source = loader();
        Catalog catalog = source.open(new NestedCatalog(TreePath.ROOT, state))) {
      return Step.of(catalog);
    }
  }

  @Override
  public Optional<ContentHash> rootOf(long revision, int steps) {
    if (revision == revision()) {
      return Optional.of(rootHash());
    }
    Optional<ContentHash> tagged =
        tags().stream()
            .filter(tag -> tag.revision() == revision && tag.branch().isEmpty())
            .map(Tag::rootHash)
            .findFirst();
    if (tagged.isPresent() || revision > revision()) {
      return tagged;
    }
    Optional<ContentHash> state = previous();
    for (int taken = 1; taken <= steps && state.isPresent(); taken++) {
      Step step = step(state.get());
      if (step.revision() <= revision) {
        return state.filter(found -> step.revision() == revision);
      }
      state = step.previous();
    }
    return Optional.empty();
  }

  @Override
  public boolean isOrFollows(ContentHash state, int steps) {
    if (state.equals(rootHash()) || tags().stream().anyMatch(tag -> tag.rootHash().equals(state))) {
      return true;
    }
    Optional<ContentHash> previous = previous();
    for (int taken = 1; taken < steps && previous.isPresent(); taken++) {
      if (previous.get().equals(state)) {
        return true;
      }
      try {
        previous = step(previous.get()).previous();
      } catch (CvmfsFailure.Network e) {
        if (!e.notThere()) {
          throw e;
        }
        // Old states are removed from servers some day; then nobody can tell any more.
        return false;
      }
    }
    return previous.equals(Optional.of(state));
  }

  /** The root catalog of the state before, if there is one and the catalog says so. */
  private static Optional<ContentHash> previous(Catalog catalog) {
    try {
      return catalog
          .property("previous_revision")
          .filter(hash -> !hash.isEmpty())
          .map(ContentHash::parse)
          .filter(hash -> hash.hex().chars().anyMatch(digit -> digit != '0'));
    } catch (IllegalArgumentException e) {
      throw new CvmfsFailure.Data(
          "%s names the state before it in a way that is no hash".formatted(catalog), e);
    }
  }

  @Override
  public Snapshot at(ContentHash state) {
    RootCatalog other = new RootCatalog(new NestedCatalog(TreePath.ROOT, state), false, files);
    Facts otherFacts =
        new Facts(facts.fqrn(), other.read(Version::of), facts.trust(), facts.history());
    return new RepositorySnapshot(
        otherFacts, other, ownership, symlinks, files, objects, servers, background);
  }

  @Override
  public ObjectStore objects() {
    return objects;
  }

  @Override
  public TransferCounters counters() {
    return new TransferCounters(servers.requests(), servers.received(), catalogs.get());
  }

  @Override
  public void close() {
    objects.close();
    root.close();
  }
}
