package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Statistics;
import dev.cvmfs.shrinkwrap.cvmfs.Tag;
import dev.cvmfs.shrinkwrap.cvmfs.TransferCounters;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.CatalogWalk;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.History;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.NestedCatalog;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Ownership;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.VariantSymlinks;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** A snapshot whose root catalog is at hand; the rest is fetched when it is wanted. */
final class RepositorySnapshot implements Snapshot {
  private final Facts facts;
  private final NestedCatalog root;
  private final Path rootFile;
  private final Ownership ownership;
  private final VariantSymlinks symlinks;
  private final CatalogFiles files;
  private final CachedObjects objects;
  private final Servers servers;
  private final Executor background;
  private final AtomicLong catalogs = new AtomicLong();

  /** Which state it is. */
  record Version(long revision, Instant published) {}

  /**
   * What is known of it from the beginning.
   *
   * @param counters the root catalog's statistics; empty if it has none
   * @param history the database of tags
   */
  record Facts(
      String fqrn,
      Version version,
      Trust trust,
      Map<String, Long> counters,
      Optional<ContentHash> history) {}

  RepositorySnapshot(
      Facts facts,
      NestedCatalog root,
      Path rootFile,
      Ownership ownership,
      VariantSymlinks symlinks,
      CatalogFiles files,
      CachedObjects objects,
      Servers servers,
      Executor background) {
    this.facts = facts;
    this.root = root;
    this.rootFile = rootFile;
    this.ownership = ownership;
    this.symlinks = symlinks;
    this.files = files;
    this.objects = objects;
    this.servers = servers;
    this.background = background;
  }

  @Override
  public String fqrn() {
    return facts.fqrn();
  }

  @Override
  public ContentHash rootHash() {
    return root.hash();
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
    return facts.counters().isEmpty()
        ? Optional.empty()
        : Optional.of(Statistics.of(facts.counters()));
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
    CatalogLoader loader = new CatalogLoader(root, rootFile, files, background, catalogs);
    return new CatalogWalk(root, specification, ownership, symlinks, gate, loader);
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
    try {
      Files.deleteIfExists(rootFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
