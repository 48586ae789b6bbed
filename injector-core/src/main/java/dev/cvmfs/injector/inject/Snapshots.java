package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.TransferCounters;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Ownership.Owner;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The repositories that one run has opened, all with the run's configuration. Each stays at the
 * state at which it was opened first, so that all images of a run agree.
 */
public final class Snapshots implements AutoCloseable {
  /**
   * Who claims ownership where the configuration asks for that: the owner inside of an image. A
   * layer must not depend on who makes it.
   */
  private static final Owner ROOT = new Owner(0, 0);

  private final Path cache;
  private final Conf conf;
  private final Map<Wanted, Opened> open = new LinkedHashMap<>();
  private final Map<String, ContentHash> states = new HashMap<>();
  private final ProgressListener progress;
  private Optional<Client> client = Optional.empty();

  /**
   * @param cache the folder for what is fetched; made when the first repository is opened
   * @param conf all settings of the run, whose own warnings the user knows
   * @param progress is warned of what is odd about a repository when it is opened first
   */
  public Snapshots(Path cache, Conf conf, ProgressListener progress) {
    this.cache = cache;
    this.conf = conf;
    this.progress = progress;
  }

  /** A repository at the state that the configuration names, or else at the newest. */
  public Snapshot snapshot(String fqrn) throws IOException {
    return open(fqrn).snapshot();
  }

  /** The same, with the settings it was opened with. */
  public Opened open(String fqrn) throws IOException {
    return open(fqrn, Map.of());
  }

  /**
   * The same where a layer tells what its files are made to look like.
   *
   * @param ofLayer settings that go before those of the configuration, by key
   */
  Opened open(String fqrn, Map<String, String> ofLayer) throws IOException {
    Wanted wanted = new Wanted(fqrn, ofLayer);
    Opened known = open.get(wanted);
    if (known != null) {
      return known;
    }
    if (client.isEmpty()) {
      CvmfsClient made = CvmfsClient.withCache(cache, ROOT);
      client = Optional.of(new Client(made, new RepositoryOpener(made, conf, progress::warning)));
    }
    Opened opened =
        client.get().opener().open(conf.with(Conf.of(wanted.ofLayer(), "the layer")), fqrn);
    Opened first = new Opened(opened.conf(), atFirstState(opened.snapshot()));
    open.put(wanted, first);
    return first;
  }

  private record Client(CvmfsClient client, RepositoryOpener opener) {}

  private Snapshot atFirstState(Snapshot snapshot) {
    ContentHash first = states.computeIfAbsent(snapshot.fqrn(), fqrn -> snapshot.rootHash());
    return first.equals(snapshot.rootHash()) ? snapshot : snapshot.at(first);
  }

  /** What files look like depends on settings, so these are part of what is wanted. */
  private record Wanted(String fqrn, Map<String, String> ofLayer) {
    Wanted {
      ofLayer = Map.copyOf(ofLayer);
    }
  }

  /** A repository and the settings it was opened with. */
  public record Opened(CvmfsConf conf, Snapshot snapshot) {}

  /** What has been fetched so far, over all repositories. */
  public TransferCounters counters() {
    long requests = 0;
    long bytes = 0;
    long catalogs = 0;
    for (Opened opened : open.values()) {
      TransferCounters counters = opened.snapshot().counters();
      requests += counters.requests();
      bytes += counters.bytesReceived();
      catalogs += counters.catalogs();
    }
    return new TransferCounters(requests, bytes, catalogs);
  }

  @Override
  public void close() {
    open.values().forEach(opened -> opened.snapshot().close());
    client.ifPresent(made -> made.client().close());
  }
}
