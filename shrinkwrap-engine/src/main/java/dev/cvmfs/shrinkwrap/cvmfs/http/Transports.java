package dev.cvmfs.shrinkwrap.cvmfs.http;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The ways out: one pool of connections for each proxy, one without, and local files. */
public final class Transports implements AutoCloseable {
  private final String userAgent;
  private final Transport files = new FileTransport();
  private final Map<Optional<URI>, HttpTransport> byProxy = new ConcurrentHashMap<>();

  public Transports(String userAgent) {
    this.userAgent = userAgent;
  }

  /**
   * The transport for a URL.
   *
   * @param proxy through which to go, if any; {@code file:} URLs need none
   */
  public Transport transport(URI uri, Optional<URI> proxy) {
    if (uri.getScheme().equals("file")) {
      return files;
    }
    return byProxy.computeIfAbsent(proxy, via -> new HttpTransport(via, userAgent));
  }

  @Override
  public void close() {
    byProxy.values().forEach(HttpTransport::close);
  }
}
