package dev.cvmfs.registry.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proxies as the environment says, the way curl and Go read it: {@code https_proxy} for https URLs,
 * {@code http_proxy} for http URLs, {@code all_proxy} for both, in small letters or capitals, and
 * {@code no_proxy} as a list of hosts, domains (with or without a leading dot), {@code host:port}
 * and ranges of addresses ({@code 10.0.0.0/8}, for hosts that are named by their address), or
 * {@code *}. What runs on this machine is never reached through a proxy.
 */
final class EnvironmentProxies extends ProxySelector {
  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentProxies.class);

  private final Map<String, String> environment;

  /**
   * Looks at the proxies for both schemes, so that a wrong one is found before it is used.
   *
   * @throws IllegalArgumentException if one is not a proxy we can use
   */
  EnvironmentProxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    variable("https_proxy").or(() -> variable("all_proxy")).ifPresent(EnvironmentProxies::url);
    variable("http_proxy").or(() -> variable("all_proxy")).ifPresent(EnvironmentProxies::url);
  }

  /** The proxy for a URL, with user and password if the environment gives them. */
  Optional<URI> proxyFor(URI target) {
    String host = target.getHost().toLowerCase(Locale.ROOT);
    if (isLocal(host) || isExempt(host, target.getPort())) {
      return Optional.empty();
    }
    return variable(target.getScheme().toLowerCase(Locale.ROOT) + "_proxy")
        .or(() -> variable("all_proxy"))
        .map(EnvironmentProxies::url);
  }

  @Override
  public List<Proxy> select(URI target) {
    return List.of(
        proxyFor(target)
            .map(url -> InetSocketAddress.createUnresolved(url.getHost(), port(url)))
            .map(address -> new Proxy(Proxy.Type.HTTP, address))
            .orElse(Proxy.NO_PROXY));
  }

  @Override
  public void connectFailed(URI target, SocketAddress address, IOException failure) {
    LOG.debug("proxy {} failed: {}", address, failure.toString());
  }

  static int port(URI proxy) {
    return proxy.getPort() < 0 ? 80 : proxy.getPort();
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  private static URI url(String text) {
    try {
      URI url = URI.create(text.contains("://") ? text : "http://" + text);
      if (url.getHost() != null && "http".equalsIgnoreCase(url.getScheme())) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Not repeated in the message: it may hold a password.
    }
    throw new IllegalArgumentException(
        "the proxy in the environment is not of the form http://[USER:PASSWORD@]HOST[:PORT]");
  }

  private boolean isExempt(String host, int port) {
    return variable("no_proxy").stream()
        .flatMap(list -> Arrays.stream(list.toLowerCase(Locale.ROOT).split("[,\\s]+")))
        .filter(entry -> !entry.isEmpty())
        .anyMatch(entry -> matches(entry, host, port));
  }

  private static boolean matches(String entry, String host, int port) {
    if (entry.equals("*") || entry.equals(host) || entry.equals(host + ":" + port)) {
      return true;
    }
    Optional<AddressRange> range = AddressRange.parse(entry);
    if (range.isPresent()) {
      return range.get().contains(host);
    }
    String domain = entry.startsWith("*") ? entry.substring(1) : entry;
    return host.endsWith(domain.startsWith(".") ? domain : "." + domain)
        || domain.equals("." + host);
  }

  private static boolean isLocal(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }
}
