package dev.cvmfs.registry.transport;

import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.http.Origin;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.Response;
import dev.cvmfs.registry.http.Transport;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** One pool of connections for each host, made when it is first needed. */
public final class HostTransports implements Transport, AutoCloseable {
  private final RegistryOptions options;
  private final InsecureHosts insecure;
  private final KeyManager[] keys;
  private final SSLContext verified;
  private final EnvironmentProxies proxies;
  private final ConcurrentHashMap<Origin, HostTransport> byOrigin = new ConcurrentHashMap<>();

  /**
   * Reads the certificate authorities and the environment.
   *
   * @throws java.io.UncheckedIOException if the file of the authorities, or of our certificate or
   *     key, cannot be read
   * @throws IllegalArgumentException if the environment names a proxy we cannot use
   */
  public HostTransports(RegistryOptions options) {
    this.options = options;
    this.insecure = new InsecureHosts(options.insecureHosts());
    this.proxies = new EnvironmentProxies(options.environment());
    this.keys = Trust.keys(options.clientCertificate());
    this.verified = Trust.platformAnd(options.caCertificate(), keys);
  }

  @Override
  public Response send(Request request) throws IOException {
    return byOrigin.computeIfAbsent(Origin.of(request.url()), this::create).send(request);
  }

  private HostTransport create(Origin origin) {
    return insecure.contains(origin)
        ? HostTransport.unverified(options, proxies, Trust.anybody(keys))
        : HostTransport.verified(options, proxies, verified);
  }

  @Override
  public void close() {
    byOrigin.values().forEach(HostTransport::close);
    byOrigin.clear();
  }
}
