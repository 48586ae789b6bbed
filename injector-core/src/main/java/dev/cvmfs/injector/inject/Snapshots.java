package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.TransferCounters;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Ownership.Owner;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The repositories that one run has opened. Each stays at the state at which it was opened, so that
 * all images of a run agree.
 */
public final class Snapshots implements AutoCloseable {
  /**
   * Who claims ownership where the configuration asks for that: the owner inside of an image. A
   * layer must not depend on who makes it.
   */
  private static final Owner ROOT = new Owner(0, 0);

  private final Path cache;
  private final Map<String, Opened> open = new LinkedHashMap<>();
  private Optional<CvmfsClient> client = Optional.empty();

  /**
   * @param cache the folder for what is fetched; made when the first repository is opened
   */
  public Snapshots(Path cache) {
    this.cache = cache;
  }

  /** A repository at the state that the configuration names, or else at the newest. */
  public Snapshot snapshot(Conf conf, String fqrn) throws IOException {
    return open(conf, fqrn).snapshot();
  }

  /** The same, with the settings it was opened with. */
  public Opened open(Conf conf, String fqrn) throws IOException {
    Opened known = open.get(fqrn);
    if (known != null) {
      return known;
    }
    if (client.isEmpty()) {
      client = Optional.of(CvmfsClient.withCache(cache, ROOT));
    }
    CvmfsConf settings = client.get().settings(conf, fqrn);
    Opened opened = new Opened(settings, client.get().openLazily(settings));
    open.put(fqrn, opened);
    return opened;
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
    client.ifPresent(CvmfsClient::close);
  }
}
