package dev.cvmfs.registry.transport;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.Credentials;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.CredentialsProvider;
import org.jspecify.annotations.Nullable;

/** Users and passwords of proxies, out of their URLs in the environment; nothing else. */
final class ProxyCredentials implements CredentialsProvider {
  private final EnvironmentProxies proxies;

  ProxyCredentials(EnvironmentProxies proxies) {
    this.proxies = proxies;
  }

  @Override
  public @Nullable Credentials getCredentials(AuthScope scope) {
    // The scope names the proxy, not the target; any target that is never exempt will do.
    return Stream.of("https://x.invalid/", "http://x.invalid/")
        .map(URI::create)
        .flatMap(target -> proxies.proxyFor(target).stream())
        .filter(proxy -> proxy.getHost().equalsIgnoreCase(scope.getHost()))
        .filter(proxy -> EnvironmentProxies.port(proxy) == scope.getPort())
        .flatMap(proxy -> Optional.ofNullable(proxy.getRawUserInfo()).stream())
        .findFirst()
        .map(ProxyCredentials::parse)
        .orElse(null);
  }

  private static Credentials parse(String userInfo) {
    int colon = userInfo.indexOf(':');
    String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
    String password = colon < 0 ? "" : userInfo.substring(colon + 1);
    return new UsernamePasswordCredentials(decoded(user), decoded(password));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public void setCredentials(AuthScope scope, Credentials credentials) {
    throw new UnsupportedOperationException("proxy credentials come from the environment");
  }

  @Override
  public void clear() {
    throw new UnsupportedOperationException("proxy credentials come from the environment");
  }
}
