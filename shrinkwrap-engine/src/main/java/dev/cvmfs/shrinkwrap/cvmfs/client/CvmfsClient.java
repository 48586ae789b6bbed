package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.conf.CvmfsConf.Pin;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.cache.LocalObjects;
import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectName;
import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.History;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.NestedCatalog;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Ownership;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Ownership.Owner;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.VariantSymlinks;
import dev.cvmfs.shrinkwrap.cvmfs.content.ZlibStream;
import dev.cvmfs.shrinkwrap.cvmfs.http.Transports;
import dev.cvmfs.shrinkwrap.cvmfs.network.Sleeper;
import dev.cvmfs.shrinkwrap.cvmfs.trust.Manifest;
import dev.cvmfs.shrinkwrap.cvmfs.trust.TrustChain;
import dev.cvmfs.shrinkwrap.cvmfs.trust.TrustedManifest;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads CVMFS repositories. One client has one cache, one pool of connections and a few threads for
 * what is fetched ahead of time, and may have any number of repositories open.
 */
public final class CvmfsClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CvmfsClient.class);
  private static final String USER_AGENT = "cvmfs libcvmfs 2.12.6 cvmfs_shrinkwrap/0.1.0";
  private static final int THREADS = 16;
  private static final int QUEUE = 1024;
  private static final long MAX_CERTIFICATE = 1 << 20;

  private final Path cache;
  private final Clock clock;
  private final Random random;
  private final Sleeper sleeper;
  private final Map<String, String> environment;
  private final Scratch scratch;
  private final Transports transports;
  private final ThreadPoolExecutor background;
  private final Optional<Owner> claimant;

  /**
   * @param cache folder for what was fetched; made if it is missing, shared with other processes
   * @param clock decides whether whitelists are still valid
   * @param random chooses among proxies, and spreads waits
   * @param environment where {@code http_proxy} is looked up if the configuration says so
   * @param userAgent what we call ourselves; CVMFS servers and proxies look at its beginning
   * @throws IOException if the cache cannot be used
   */
  public CvmfsClient(
      Path cache,
      Clock clock,
      Random random,
      Sleeper sleeper,
      Map<String, String> environment,
      String userAgent)
      throws IOException {
    this(cache, clock, random, sleeper, environment, userAgent, Optional.empty());
  }

  /** The same; what {@code CVMFS_CLAIM_OWNERSHIP} claims is for the claimant, if there is one. */
  private CvmfsClient(
      Path cache,
      Clock clock,
      Random random,
      Sleeper sleeper,
      Map<String, String> environment,
      String userAgent,
      Optional<Owner> claimant)
      throws IOException {
    this.claimant = claimant;
    this.cache = cache;
    this.clock = clock;
    this.random = random;
    this.sleeper = sleeper;
    this.environment = Map.copyOf(environment);
    this.scratch = Scratch.below(cache.resolve("tmp"));
    this.transports = new Transports(userAgent);
    this.background =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE),
            task -> {
              Thread thread = new Thread(task, "cvmfs-fetch");
              thread.setDaemon(true);
              return thread;
            });
    background.allowCoreThreadTimeOut(true);
  }

  /** A client with the system's clock, randomness and environment. */
  public static CvmfsClient withCache(Path cache) throws IOException {
    return new CvmfsClient(
        cache, Clock.systemUTC(), new Random(), Sleeper.system(), System.getenv(), USER_AGENT);
  }

  /**
   * The same; where {@code CVMFS_CLAIM_OWNERSHIP} asks for that, all files belong to the claimant,
   * whoever this process runs as.
   */
  public static CvmfsClient withCache(Path cache, Owner claimant) throws IOException {
    return new CvmfsClient(
        cache,
        Clock.systemUTC(),
        new Random(),
        Sleeper.system(),
        System.getenv(),
        USER_AGENT,
        Optional.of(claimant));
  }

  /**
   * A repository's settings: those given, laid over those of the machine where {@code
   * CVMFS_SHRINKWRAP_SYSTEM_CONFIG} asks for that.
   *
   * @throws ConfFailure if the machine's configuration makes no sense
   * @throws CvmfsFailure if it is in a configuration repository that cannot be read
   */
  public CvmfsConf settings(Conf given, String fqrn) {
    return new SystemSettings(this, scratch).complete(given, fqrn);
  }

  /**
   * Opens the newest state of a repository, or the one that the configuration pins, after checking
   * every signature and hash from the master key to the root catalog.
   *
   * @throws ConfFailure if the configuration or a file that it names makes no sense
   * @throws CvmfsFailure if the repository cannot be reached, trusted or read
   * @throws IOException if the cache fails
   */
  public Snapshot open(CvmfsConf conf) throws IOException {
    RepositorySnapshot snapshot = snapshot(conf);
    try {
      snapshot.requireRoot();
      return snapshot;
    } catch (RuntimeException e) {
      snapshot.close();
      throw e;
    }
  }

  /**
   * The same, but the root catalog is left for the first who wants something of it: its hash is
   * signed, and often that is all that one wants to know. A root catalog that cannot be had is
   * noticed later then.
   */
  public Snapshot openLazily(CvmfsConf conf) throws IOException {
    return snapshot(conf);
  }

  private RepositorySnapshot snapshot(CvmfsConf conf) throws IOException {
    Connections connections = new Connections(transports, clock, random, sleeper, environment);
    Servers servers = connections.servers(conf);
    CachedObjects objects =
        new CachedObjects(LocalObjects.of(conf, cache, clock), scratch, servers, background);
    CatalogFiles files = new CatalogFiles(objects, scratch);
    Ownership ownership = Ownership.of(conf, () -> claimant.orElseGet(this::processOwner));
    VariantSymlinks symlinks = VariantSymlinks.of(conf.symlinkVariables());
    TrustChain trust =
        new TrustChain(
            conf,
            servers.repository(),
            (hash, alternativePath) -> certificate(objects, hash, alternativePath),
            clock,
            cache,
            scratch);
    TrustedManifest trusted = trust.fetch();
    Manifest manifest = trusted.manifest();
    ContentHash rootHash = rootHash(conf, manifest, files);
    RootCatalog root =
        new RootCatalog(
            new NestedCatalog(TreePath.ROOT, rootHash),
            manifest.alternativePaths() || conf.network().alternativeRootPath(),
            files);
    RepositorySnapshot.Version version =
        rootHash.equals(manifest.rootCatalog())
            ? new RepositorySnapshot.Version(manifest.revision(), manifest.published())
            : pinned(conf, root, trusted);
    RepositorySnapshot.Facts facts =
        new RepositorySnapshot.Facts(conf.fqrn(), version, trusted.trust(), manifest.history());
    return new RepositorySnapshot(
        facts, root, ownership, symlinks, files, objects, servers, background);
  }

  /** An old state may be one that was published before something was mended. */
  private static RepositorySnapshot.Version pinned(
      CvmfsConf conf, RootCatalog root, TrustedManifest trusted) {
    try {
      RepositorySnapshot.Version version = root.read(RepositorySnapshot.Version::of);
      String what = "the wanted state of %s (%s)".formatted(conf.fqrn(), root.identity().hash());
      trusted.blacklist().requireAllowed(what, conf.fqrn(), version.revision());
      return version;
    } catch (RuntimeException e) {
      root.close();
      throw e;
    }
  }

  private static byte[] certificate(
      CachedObjects objects, ContentHash hash, boolean alternativePath) throws IOException {
    ObjectName name = new ObjectName(hash, ObjectKind.CERTIFICATE);
    String url = alternativePath ? name.alternativeUrl() : name.url();
    String what = "the certificate " + hash;
    try (InputStream stored =
            objects.open(WantedObject.compressed(what, name, url, MAX_CERTIFICATE));
        InputStream inflated = new ZlibStream(stored, what, MAX_CERTIFICATE)) {
      return inflated.readAllBytes();
    }
  }

  private static ContentHash rootHash(CvmfsConf conf, Manifest manifest, CatalogFiles files)
      throws IOException {
    Pin pin = conf.pin();
    if (pin instanceof Pin.RootHash wanted) {
      try {
        return ContentHash.parse(wanted.hash());
      } catch (IllegalArgumentException e) {
        throw new ConfFailure(
            "CVMFS_ROOT_HASH is '%s', which is no hash".formatted(wanted.hash()), e);
      }
    }
    if (pin instanceof Pin.Tag wanted) {
      return history(conf, manifest, files, "tag " + wanted.name(), h -> h.tagged(wanted.name()));
    }
    if (pin instanceof Pin.Date wanted) {
      return history(conf, manifest, files, "state at " + wanted.date(), h -> h.at(wanted.date()));
    }
    return manifest.rootCatalog();
  }

  private interface Lookup {
    Optional<ContentHash> in(History history);
  }

  private static ContentHash history(
      CvmfsConf conf, Manifest manifest, CatalogFiles files, String wanted, Lookup lookup)
      throws IOException {
    ContentHash hash =
        manifest
            .history()
            .orElseThrow(
                () ->
                    new CvmfsFailure.Data(
                        "%s keeps no history, so there is no %s".formatted(conf.fqrn(), wanted)));
    return files
        .history(hash, lookup::in)
        .orElseThrow(
            () ->
                new CvmfsFailure.Data(
                    "the history of %s has no %s".formatted(conf.fqrn(), wanted)));
  }

  /** Whoever owns the files we make. */
  private Owner processOwner() {
    try {
      Path probe = Files.createFile(scratch.newFile("owner"));
      try {
        return new Owner(id(probe, "unix:uid"), id(probe, "unix:gid"));
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long id(Path file, String attribute) throws IOException {
    return Integer.toUnsignedLong((Integer) Files.getAttribute(file, attribute));
  }

  /**
   * Ends downloads that are still running, and closes what this client opened. Never fails: what
   * the client was opened for is done by now, or has failed for a reason that must not be hidden.
   */
  @Override
  public void close() {
    background.shutdownNow();
    transports.close();
    try {
      if (!background.awaitTermination(10, TimeUnit.SECONDS)) {
        log.warn("downloads into {} do not end", cache);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      scratch.close();
    } catch (IOException e) {
      // Whoever comes next removes what is left here.
      log.warn("cannot remove temporary files in {}: {}", scratch.directory(), e.toString());
    }
  }
}
