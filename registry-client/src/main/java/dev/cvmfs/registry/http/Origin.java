package dev.cvmfs.registry.http;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Who answers a URL: two URLs of the same origin may share connections and credentials (RFC 6454).
 *
 * @param scheme {@code http} or {@code https}
 * @param host in lower case; IPv6 in brackets
 * @param port always explicit
 */
public record Origin(String scheme, String host, int port) {

  /**
   * The origin of an absolute URL.
   *
   * @throws IllegalArgumentException if the URL is not one of http or https with a host
   */
  public static Origin of(URI url) {
    String scheme = Optional.ofNullable(url.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    if (url.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new IllegalArgumentException("not an http(s) URL: " + Redaction.url(url));
    }
    int usual = scheme.equals("https") ? 443 : 80;
    return new Origin(
        scheme, url.getHost().toLowerCase(Locale.ROOT), url.getPort() < 0 ? usual : url.getPort());
  }

  public boolean isSecure() {
    return scheme.equals("https");
  }

  /**
   * Whether the host is written as an address, or a name, that never leaves this machine or net.
   */
  public boolean isPrivate() {
    return PrivateHosts.contains(host);
  }

  /** Host and port as people write them, without the usual port. */
  public String authority() {
    return port == (isSecure() ? 443 : 80) ? host : host + ":" + port;
  }

  @Override
  public String toString() {
    return scheme + "://" + authority();
  }
}
