package dev.cvmfs.registry.remote;

import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Origin;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.Transport;
import dev.cvmfs.registry.transport.InsecureHosts;
import java.io.IOException;
import java.net.URI;

/**
 * Settles between https and http. Hosts are spoken to by https; only hosts that the user named as
 * insecure are tried by https first and, where nobody speaks TLS, by http.
 */
final class SchemeProbe {
  private final Transport transport;
  private final InsecureHosts insecure;

  SchemeProbe(Transport transport, InsecureHosts insecure) {
    this.transport = transport;
    this.insecure = insecure;
  }

  /** Scheme and authority of the registry's URLs. */
  URI baseOf(String registry) {
    URI https = URI.create("https://" + registry);
    URI http = URI.create("http://" + registry);
    if (insecure.isPlain(Origin.of(http))) {
      return http;
    }
    if (!insecure.contains(Origin.of(https)) && !insecure.contains(Origin.of(http))) {
      return https;
    }
    try {
      ping(https);
      return https;
    } catch (IOException tls) {
      try {
        ping(http);
        return http;
      } catch (IOException plain) {
        plain.addSuppressed(tls);
        throw new RegistryFailure.Transport(
            ("Cannot reach %s, neither by https (%s) nor by http (%s);"
                    + " check the name and the network")
                .formatted(registry, tls.getMessage(), plain.getMessage()),
            plain);
      }
    }
  }

  private void ping(URI base) throws IOException {
    transport.send(Request.of("GET", "find out about TLS", base.resolve("/v2/"))).close();
  }
}
