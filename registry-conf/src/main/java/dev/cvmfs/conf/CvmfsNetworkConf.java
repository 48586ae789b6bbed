package dev.cvmfs.conf;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the objects of a repository come here: its servers, the proxies on the way, and how patient
 * to be with them. As in {@link CvmfsConf}, every method throws {@link ConfFailure} if the setting
 * it reads makes no sense.
 */
public final class CvmfsNetworkConf {
  private final Conf conf;
  private final RepositorySettings settings;

  CvmfsNetworkConf(RepositorySettings settings) {
    this.conf = settings.conf();
    this.settings = settings;
  }

  /**
   * The repository's URLs in order of preference, without a trailing slash: {@code http}, {@code
   * https} or {@code file} ({@code CVMFS_SERVER_URL}).
   */
  public List<URI> servers() {
    Setting setting =
        conf.setting("CVMFS_SERVER_URL")
            .orElseThrow(
                () ->
                    new ConfFailure(
                        "no server for %s: set CVMFS_SERVER_URL, for example to http://stratum1.example.org/cvmfs/@fqrn@"
                            .formatted(settings.fqrn())));
    List<URI> servers = servers(setting);
    if (servers.isEmpty()) {
      throw new ConfFailure("%s: CVMFS_SERVER_URL names no server".formatted(setting.where()));
    }
    return servers;
  }

  private List<URI> servers(Setting setting) {
    return RepositorySettings.split(setting.value(), ";").map(url -> server(setting, url)).toList();
  }

  /**
   * The URLs below which external files lie under their paths ({@code CVMFS_EXTERNAL_URL}); empty
   * if none is configured, which most repositories do not need.
   */
  public List<URI> externalServers() {
    return settings.set("CVMFS_EXTERNAL_URL").map(this::servers).orElse(List.of());
  }

  /** How many of the servers are used, the first ones ({@code CVMFS_MAX_SERVERS}, all). */
  public int maxServers() {
    return atLeastOne("CVMFS_MAX_SERVERS");
  }

  /** The same for external files ({@code CVMFS_EXTERNAL_MAX_SERVERS}, all). */
  public int externalMaxServers() {
    return atLeastOne("CVMFS_EXTERNAL_MAX_SERVERS");
  }

  /** A limit; CVMFS takes 0 for none. */
  private int atLeastOne(String key) {
    int limit = (int) conf.number(key, 0, 0, Integer.MAX_VALUE);
    return limit == 0 ? Integer.MAX_VALUE : limit;
  }

  /** Whether a server says which of the others are near ({@code CVMFS_USE_GEOAPI}, no). */
  public boolean useGeoApi() {
    return conf.flag("CVMFS_USE_GEOAPI", false);
  }

  /**
   * Whether root catalogs lie beside {@code data/}, even where the manifest does not say so ({@code
   * CVMFS_ALT_ROOT_PATH}, no): for servers that guard {@code data/}.
   */
  public boolean alternativeRootPath() {
    return conf.flag("CVMFS_ALT_ROOT_PATH", false);
  }

  /** Whether servers may send us elsewhere ({@code CVMFS_FOLLOW_REDIRECTS}, no). */
  public boolean followRedirects() {
    return conf.flag("CVMFS_FOLLOW_REDIRECTS", false);
  }

  /** Whether each URL is to go through a proxy of its own ({@code CVMFS_PROXY_SHARD}, no). */
  public boolean proxyShard() {
    return conf.flag("CVMFS_PROXY_SHARD", false);
  }

  /** What asks a server which of the others are near ({@code CVMFS_PROXY_TEMPLATE}). */
  public Optional<String> proxyTemplate() {
    return settings.set("CVMFS_PROXY_TEMPLATE").map(Setting::value);
  }

  private URI server(Setting setting, String template) {
    String url = settings.filled(template).replaceAll("/+$", "");
    URI uri = uri(setting, url);
    boolean usable =
        switch (String.valueOf(uri.getScheme())) {
          case "http", "https" -> uri.getHost() != null;
          case "file" -> uri.getPath() != null && uri.getPath().startsWith("/");
          default -> false;
        };
    if (!usable) {
      throw new ConfFailure(
          "%s: %s has '%s', but only http://, https:// and file:/// URLs are understood"
              .formatted(
                  setting.where(),
                  setting.key(),
                  setting.withValue(template).valueWithoutCredentials()));
    }
    return uri;
  }

  /**
   * The proxies: groups to be used one after the other, each with members to choose from at random;
   * an empty member means a direct connection ({@code CVMFS_HTTP_PROXY}, then {@code
   * CVMFS_FALLBACK_PROXY}). Without any, connections are direct. A group {@code auto} stands for
   * what the environment has in {@code http_proxy}, which is not looked at otherwise.
   */
  public List<List<Optional<URI>>> proxyGroups(Map<String, String> environment) {
    return new ProxyGroups(conf, environment).of("CVMFS_HTTP_PROXY", "CVMFS_FALLBACK_PROXY");
  }

  /**
   * The same for external files ({@code CVMFS_EXTERNAL_HTTP_PROXY}, then {@code
   * CVMFS_EXTERNAL_FALLBACK_PROXY}).
   */
  public List<List<Optional<URI>>> externalProxyGroups(Map<String, String> environment) {
    return new ProxyGroups(conf, environment)
        .of("CVMFS_EXTERNAL_HTTP_PROXY", "CVMFS_EXTERNAL_FALLBACK_PROXY");
  }

  static URI uri(Setting setting, String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // The value may hold a password, and the cause repeats it: so there is none.
      throw new ConfFailure(
          "%s: %s holds something that is not a URL (%s at position %d)"
              .formatted(setting.where(), setting.key(), e.getReason(), e.getIndex()));
    }
  }

  /** How long to wait for a server behind a proxy ({@code CVMFS_TIMEOUT}, 5 s). */
  public Duration timeout() {
    return seconds("CVMFS_TIMEOUT", 5, 1);
  }

  /** How long to wait for a server without a proxy ({@code CVMFS_TIMEOUT_DIRECT}, 10 s). */
  public Duration timeoutDirect() {
    return seconds("CVMFS_TIMEOUT_DIRECT", 10, 1);
  }

  /** {@link #timeout} for external files ({@code CVMFS_EXTERNAL_TIMEOUT}). */
  public Duration externalTimeout() {
    return seconds("CVMFS_EXTERNAL_TIMEOUT", timeout().toSeconds(), 1);
  }

  /** {@link #timeoutDirect} for external files ({@code CVMFS_EXTERNAL_TIMEOUT_DIRECT}). */
  public Duration externalTimeoutDirect() {
    return seconds("CVMFS_EXTERNAL_TIMEOUT_DIRECT", timeoutDirect().toSeconds(), 1);
  }

  /** How often to ask the same server again after a broken transfer ({@code CVMFS_MAX_RETRIES}). */
  public int maxRetries() {
    return (int) conf.number("CVMFS_MAX_RETRIES", 1, 0, 1000);
  }

  /** The longest first wait before asking again ({@code CVMFS_BACKOFF_INIT}, 2 s). */
  public Duration backoffInitial() {
    return seconds("CVMFS_BACKOFF_INIT", 2, 0);
  }

  /** The longest wait before asking again ({@code CVMFS_BACKOFF_MAX}, 10 s). */
  public Duration backoffMaximum() {
    return seconds("CVMFS_BACKOFF_MAX", 10, 0);
  }

  /** Bytes a second below which a transfer is given up ({@code CVMFS_LOW_SPEED_LIMIT}, 1024). */
  public long lowSpeedLimit() {
    return conf.number("CVMFS_LOW_SPEED_LIMIT", 1024, 0, Integer.MAX_VALUE);
  }

  /**
   * After which time the first server is tried again ({@code CVMFS_HOST_RESET_AFTER}, 1800 s); zero
   * for never.
   */
  public Duration hostResetAfter() {
    return seconds("CVMFS_HOST_RESET_AFTER", 1800, 0);
  }

  /**
   * After which time the first proxy is tried again ({@code CVMFS_PROXY_RESET_AFTER}, 300 s); zero
   * for never.
   */
  public Duration proxyResetAfter() {
    return seconds("CVMFS_PROXY_RESET_AFTER", 300, 0);
  }

  private Duration seconds(String key, long otherwise, long least) {
    return Duration.ofSeconds(conf.number(key, otherwise, least, Duration.ofDays(7).toSeconds()));
  }
}
