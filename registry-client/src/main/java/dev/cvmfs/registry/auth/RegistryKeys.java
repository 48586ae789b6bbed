package dev.cvmfs.registry.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How credential files call registries and repositories: {@code host}, {@code host/path} (podman:
 * the longest match wins), {@code https://host/v1/} (docker, mainly for Docker Hub).
 */
final class RegistryKeys {
  private static final String HUB_KEY = "https://index.docker.io/v1/";
  private static final Set<String> HUB =
      Set.of("registry-1.docker.io", "index.docker.io", "docker.io", "registry.hub.docker.com");

  private RegistryKeys() {}

  /** Plain keys that a repository's credentials may be under, the closest first. */
  static List<String> candidates(String registry, String repository) {
    List<String> hosts =
        HUB.contains(registry) ? HUB.stream().sorted().toList() : List.of(registry);
    List<String> keys = new ArrayList<>();
    for (String path = repository; !path.isEmpty(); ) {
      for (String host : hosts) {
        keys.add(host + "/" + path);
      }
      path = path.substring(0, Math.max(path.lastIndexOf('/'), 0));
    }
    keys.addAll(hosts);
    return keys;
  }

  /** What credential helpers call the registry. */
  static String serverUrl(String registry) {
    return HUB.contains(registry) ? HUB_KEY : registry;
  }

  /** A key without scheme, API version and capitals in the host. */
  static String plain(String key) {
    String text = key.strip().replaceFirst("^https?://", "").replaceFirst("/+$", "");
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    String path = slash < 0 ? "" : text.substring(slash);
    return host.toLowerCase(Locale.ROOT) + (path.matches("/v[12]") ? "" : path);
  }
}
