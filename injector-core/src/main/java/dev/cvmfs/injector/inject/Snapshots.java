package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.TransferCounters;
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
  private final Path cache;
  private final Map<String, Snapshot> open = new LinkedHashMap<>();
  private Optional<CvmfsClient> client = Optional.empty();

  /**
   * @param cache the folder for what is fetched; made when the first repository is opened
   */
  public Snapshots(Path cache) {
    this.cache = cache;
  }

  Snapshot open(Conf conf, String fqrn) throws IOException {
    Snapshot known = open.get(fqrn);
    if (known != null) {
      return known;
    }
    if (client.isEmpty()) {
      client = Optional.of(CvmfsClient.withCache(cache));
    }
    Snapshot opened = client.get().open(CvmfsConf.of(conf, fqrn));
    open.put(fqrn, opened);
    return opened;
  }

  /** What has been fetched so far, over all repositories. */
  TransferCounters counters() {
    long requests = 0;
    long bytes = 0;
    long catalogs = 0;
    for (Snapshot snapshot : open.values()) {
      TransferCounters counters = snapshot.counters();
      requests += counters.requests();
      bytes += counters.bytesReceived();
      catalogs += counters.catalogs();
    }
    return new TransferCounters(requests, bytes, catalogs);
  }

  @Override
  public void close() throws IOException {
    open.values().forEach(Snapshot::close);
    if (client.isPresent()) {
      client.get().close();
    }
  }
}
