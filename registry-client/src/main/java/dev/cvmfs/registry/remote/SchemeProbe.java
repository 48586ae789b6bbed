package dev.cvmfs.registry.remote;

import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Origin;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.Retries;
import dev.cvmfs.registry.http.Transport;
import dev.cvmfs.registry.transport.InsecureHosts;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Settles between https and http. Hosts are spoken to by https; only hosts that the user named as
 * insecure are tried by https first and, where nobody speaks TLS, by http.
 */
final class SchemeProbe {
  private final InsecureHosts insecure;
  private final ConcurrentHashMap<String, URI> known = new ConcurrentHashMap<>();

  SchemeProbe(InsecureHosts insecure) {
    this.insecure = insecure;
  }

  /**
   * Scheme and authority of the registry's URLs.
   *
   * @throws RegistryFailure.Transport if the registry has to be asked and does not answer
   */
  URI baseOf(String registry, Transport transport, Retries retries) {
    URI https = URI.create("https://" + registry);
    URI http = URI.create("http://" + registry);
    if (insecure.isPlain(Origin.of(http))) {
      return http;
    }
    if (!insecure.contains(Origin.of(https)) && !insecure.contains(Origin.of(http))) {
      return https;
    }
    URI before = known.get(registry);
    if (before != null) {
      return before;
    }
    URI found = probe(registry, List.of(https, http), transport, retries);
    known.put(registry, found);
    return found;
  }

  private static URI probe(
      String registry, List<URI> candidates, Transport transport, Retries retries) {
    while (true) {
      List<IOException> failures = new ArrayList<>();
      for (URI candidate : candidates) {
        try {
          Request ping = Request.of("GET", "find out about TLS", candidate.resolve("/v2/"));
          transport.send(ping.briefly()).close();
          return candidate;
        } catch (IOException e) {
          failures.add(e);
        }
      }
      if (!retries.again()) {
        throw new RegistryFailure.Transport(
            "Cannot reach %s: by https %s, by http %s; check the name and the network"
                .formatted(registry, failures.get(0).getMessage(), failures.get(1).getMessage()),
            failures.get(1));
      }
    }
  }
}
