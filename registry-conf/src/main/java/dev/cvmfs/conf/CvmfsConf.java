package dev.cvmfs.conf;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a configuration says about one CVMFS repository, under the names and with the defaults that
 * CVMFS itself has.
 *
 * <p>Every method throws {@link ConfFailure} if the setting it reads makes no sense. Relative paths
 * count from the folder of the file that they stand in.
 */
public final class CvmfsConf {
  private static final Pattern FQRN = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
  private static final Path DEFAULT_KEYS = Path.of("/etc/cvmfs/keys");

  private final Conf conf;
  private final String fqrn;

  private CvmfsConf(Conf conf, String fqrn) {
    this.conf = conf;
    this.fqrn = fqrn;
  }

  /**
   * The settings for a repository.
   *
   * @param fqrn its fully qualified name, such as {@code sft.cern.ch}
   */
  public static CvmfsConf of(Conf conf, String fqrn) {
    if (!FQRN.matcher(fqrn).matches()) {
      throw new ConfFailure("'%s' is not the name of a CVMFS repository".formatted(fqrn));
    }
    refuseWhatChangesTheResult(conf);
    return new CvmfsConf(conf, fqrn);
  }

  /** Settings that this program does not know how to follow, and must not pass over. */
  private static void refuseWhatChangesTheResult(Conf conf) {
    Optional<Setting> helper = conf.nonEmpty("CVMFS_AUTHZ_HELPER");
    if (helper.isPresent()) {
      throw new ConfFailure(
          "%s: CVMFS_AUTHZ_HELPER asks for an authorization of readers (VOMS), which is not supported; repositories that need none can be read without this setting"
              .formatted(helper.get().where()));
    }
  }

  public String fqrn() {
    return fqrn;
  }

  /** What was odd about the settings, for the user. */
  public List<String> warnings() {
    return conf.warnings();
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
                            .formatted(fqrn)));
    List<URI> servers = servers(setting);
    if (servers.isEmpty()) {
      throw new ConfFailure("%s: CVMFS_SERVER_URL names no server".formatted(setting.where()));
    }
    return servers;
  }

  private List<URI> servers(Setting setting) {
    return split(setting.value(), ";").map(url -> server(setting, url)).toList();
  }

  /**
   * The URLs below which external files lie under their paths ({@code CVMFS_EXTERNAL_URL}); empty
   * if none is configured, which most repositories do not need.
   */
  public List<URI> externalServers() {
    return set("CVMFS_EXTERNAL_URL").map(this::servers).orElse(List.of());
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
    return set("CVMFS_PROXY_TEMPLATE").map(Setting::value);
  }

  private URI server(Setting setting, String template) {
    String url = filled(template).replaceAll("/+$", "");
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
              .formatted(setting.where(), setting.key(), template));
    }
    return uri;
  }

  private String filled(String template) {
    String organisation = fqrn.substring(0, (fqrn + ".").indexOf('.'));
    return template.replace("@fqrn@", fqrn).replace("@org@", organisation);
  }

  /**
   * The proxies: groups to be used one after the other, each with members to choose from at random;
   * an empty member means a direct connection ({@code CVMFS_HTTP_PROXY}, then {@code
   * CVMFS_FALLBACK_PROXY}). Without any, connections are direct. A group {@code auto} stands for
   * what the environment has in {@code http_proxy}, which is not looked at otherwise.
   */
  public List<List<Optional<URI>>> proxyGroups(Map<String, String> environment) {
    return proxyGroups("CVMFS_HTTP_PROXY", "CVMFS_FALLBACK_PROXY", environment);
  }

  /**
   * The same for external files ({@code CVMFS_EXTERNAL_HTTP_PROXY}, then {@code
   * CVMFS_EXTERNAL_FALLBACK_PROXY}).
   */
  public List<List<Optional<URI>>> externalProxyGroups(Map<String, String> environment) {
    return proxyGroups("CVMFS_EXTERNAL_HTTP_PROXY", "CVMFS_EXTERNAL_FALLBACK_PROXY", environment);
  }

  private List<List<Optional<URI>>> proxyGroups(
      String key, String fallbackKey, Map<String, String> environment) {
    List<List<Optional<URI>>> groups = new ArrayList<>(groups(key, false, environment));
    List<List<Optional<URI>>> fallback = groups(fallbackKey, true, environment);
    if (!fallback.isEmpty()) {
      groups = new ArrayList<>(groups(key, true, environment));
      groups.addAll(fallback);
    }
    return groups.isEmpty() ? List.of(List.of(Optional.empty())) : List.copyOf(groups);
  }

  private List<List<Optional<URI>>> groups(
      String key, boolean withoutDirect, Map<String, String> environment) {
    Optional<Setting> configured = conf.setting(key);
    if (configured.isEmpty()) {
      return List.of();
    }
    Optional<Setting> setting = configured.map(value -> withEnvironment(value, environment));
    return split(setting.get().value(), ";")
        .map(
            group ->
                split(group, "\\|")
                    .filter(member -> !(withoutDirect && member.equals("DIRECT")))
                    .map(member -> proxy(setting.get(), member))
                    .toList())
        .filter(Predicate.not(List::isEmpty))
        .toList();
  }

  /** Puts what the environment names in the place of each group {@code auto}. */
  private static Setting withEnvironment(Setting setting, Map<String, String> environment) {
    String named = environment.getOrDefault("http_proxy", "").trim();
    if (named.isEmpty()) {
      return setting;
    }
    String value =
        split(setting.value(), ";")
            .map(group -> group.equals("auto") ? named.replaceAll("/+$", "") : group)
            .collect(Collectors.joining(";"));
    return new Setting(setting.key(), value, setting.origin(), setting.line());
  }

  private static Optional<URI> proxy(Setting setting, String member) {
    if (member.equals("DIRECT")) {
      return Optional.empty();
    }
    if (member.equals("auto")) {
      throw new ConfFailure(
          "%s: %s is 'auto', but proxies are not discovered automatically (PAC) here: name one, such as http://squid.example.org:3128, or DIRECT, or set http_proxy in the environment"
              .formatted(setting.where(), setting.key()));
    }
    URI uri = uri(setting, member.contains("://") ? member : "http://" + member);
    if (!List.of("http", "https").contains(String.valueOf(uri.getScheme()))
        || uri.getHost() == null
        || uri.getPort() < 0) {
      // The value may hold a password, so it is not repeated.
      throw new ConfFailure(
          "%s: %s has a proxy that is not of the form http://host:port"
              .formatted(setting.where(), setting.key()));
    }
    return Optional.of(uri);
  }

  private static URI uri(Setting setting, String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new ConfFailure(
          "%s: %s holds something that is not a URL (%s at position %d)"
              .formatted(setting.where(), setting.key(), e.getReason(), e.getIndex()),
          e);
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

  /**
   * How many bytes the cache may hold, empty for any number: {@code OCI_CACHE_QUOTA}, else {@code
   * CVMFS_QUOTA_LIMIT}, in MB, -1 for no limit.
   */
  public OptionalLong cacheQuota() {
    String key = set("OCI_CACHE_QUOTA").isPresent() ? "OCI_CACHE_QUOTA" : "CVMFS_QUOTA_LIMIT";
    long megabytes = conf.number(key, -1, -1, 1L << 40);
    return megabytes < 0 ? OptionalLong.empty() : OptionalLong.of(megabytes << 20);
  }

  /** Caches of others to look into, separated by colons ({@code OCI_CACHE_READONLY}). */
  public List<Path> readOnlyCaches() {
    return set("OCI_CACHE_READONLY")
        .map(setting -> split(setting.value(), ":").map(name -> resolve(setting, name)).toList())
        .orElse(List.of());
  }

  /** A cache that CVMFS itself filled ({@code CVMFS_ALIEN_CACHE}). */
  public Optional<Path> alienCache() {
    return path("CVMFS_ALIEN_CACHE");
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

  /** After which time the first server is tried again ({@code CVMFS_HOST_RESET_AFTER}, 1800 s). */
  public Duration hostResetAfter() {
    return seconds("CVMFS_HOST_RESET_AFTER", 1800, 0);
  }

  /** After which time the first proxy is tried again ({@code CVMFS_PROXY_RESET_AFTER}, 300 s). */
  public Duration proxyResetAfter() {
    return seconds("CVMFS_PROXY_RESET_AFTER", 300, 0);
  }

  private Duration seconds(String key, long otherwise, long least) {
    return Duration.ofSeconds(conf.number(key, otherwise, least, Duration.ofDays(7).toSeconds()));
  }

  /**
   * The master keys' files, at least one: {@code CVMFS_PUBLIC_KEY} (separated by colons), else all
   * {@code *.pub} in {@code CVMFS_KEYS_DIR}, else those in {@code /etc/cvmfs/keys}. That they can
   * be read is not checked here.
   */
  public List<Path> publicKeys() {
    Optional<Setting> keys = set("CVMFS_PUBLIC_KEY");
    if (keys.isPresent()) {
      return split(keys.get().value(), ":").map(name -> resolve(keys.get(), name)).toList();
    }
    Optional<Setting> folder = set("CVMFS_KEYS_DIR");
    Path directory = folder.map(setting -> resolve(setting, setting.value())).orElse(DEFAULT_KEYS);
    String where =
        folder
            .map(setting -> "%s: CVMFS_KEYS_DIR is %s, but".formatted(setting.where(), directory))
            .orElse("no master key for %s:".formatted(fqrn));
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.pub")) {
      files.forEach(found::add);
    } catch (IOException e) {
      throw new ConfFailure(
          "%s the folder %s cannot be read. Set CVMFS_PUBLIC_KEY to the file with the master key that the repository's publishers gave out"
              .formatted(where, directory),
          e);
    }
    if (found.isEmpty()) {
      throw new ConfFailure(
          "%s there is no *.pub file in %s. Set CVMFS_PUBLIC_KEY to the file with the master key that the repository's publishers gave out"
              .formatted(where, directory));
    }
    return found.stream().sorted().toList();
  }

  /** The file with revoked certificates and refused revisions ({@code CVMFS_BLACKLIST}). */
  public Optional<Path> blacklist() {
    return path("CVMFS_BLACKLIST");
  }

  /** Whether all files belong to whoever reads them ({@code CVMFS_CLAIM_OWNERSHIP}). */
  public boolean claimOwnership() {
    return conf.flag("CVMFS_CLAIM_OWNERSHIP", false);
  }

  /** Whether everybody may read everything ({@code CVMFS_WORLD_READABLE}). */
  public boolean worldReadable() {
    return conf.flag("CVMFS_WORLD_READABLE", false);
  }

  /**
   * The variables that resolve variant symlinks, by name ({@code CVMFS_SHRINKWRAP_SYMLINK_VARS},
   * {@code NAME=value} separated by blanks). Without any, these links stay as they are stored; no
   * variable is ever taken from the environment.
   */
  public SortedMap<String, String> symlinkVariables() {
    SortedMap<String, String> variables = new TreeMap<>();
    set("CVMFS_SHRINKWRAP_SYMLINK_VARS")
        .ifPresent(
            setting ->
                split(setting.value(), "\\s+")
                    .forEach(
                        assignment -> {
                          String[] parts = assignment.split("=", 2);
                          if (parts.length < 2
                              || !ShellLexer.isName(parts[0])
                              || variables.put(parts[0], parts[1]) != null) {
                            throw new ConfFailure(
                                "%s: CVMFS_SHRINKWRAP_SYMLINK_VARS must be a list of NAME=value, each name once, but has '%s'"
                                    .formatted(setting.where(), assignment));
                          }
                        }));
    return Collections.unmodifiableSortedMap(variables);
  }

  /**
   * Whether to do without signatures, so that whoever controls the network decides what is read
   * ({@code CVMFS_SHRINKWRAP_UNVERIFIED}); objects are still checked against their hashes.
   */
  public boolean unverified() {
    return conf.flag("CVMFS_SHRINKWRAP_UNVERIFIED", false);
  }

  /** The file that maps owners ({@code CVMFS_UID_MAP}). */
  public Optional<Path> uidMap() {
    return path("CVMFS_UID_MAP");
  }

  /** The file that maps groups ({@code CVMFS_GID_MAP}). */
  public Optional<Path> gidMap() {
    return path("CVMFS_GID_MAP");
  }

  /** Which state of a repository is wanted. */
  public sealed interface Pin {
    /** Whatever is published at the time of asking. */
    record Newest() implements Pin {}

    /** The state with this root hash, in text form. */
    record RootHash(String hash) implements Pin {}

    /** The state that the repository's history calls so. */
    record Tag(String name) implements Pin {}

    /** The last state in the repository's history that is not younger. */
    record Date(Instant date) implements Pin {}
  }

  /**
   * The wanted state: {@code CVMFS_ROOT_HASH}, else {@code CVMFS_REPOSITORY_TAG}, else {@code
   * CVMFS_REPOSITORY_DATE} ({@code YYYY-MM-DDThh:mm:ssZ}), else the newest.
   */
  public Pin pin() {
    Optional<Setting> hash = set("CVMFS_ROOT_HASH");
    if (hash.isPresent()) {
      return new Pin.RootHash(hash.get().value().toLowerCase(Locale.ROOT));
    }
    Optional<Setting> tag = set("CVMFS_REPOSITORY_TAG");
    if (tag.isPresent()) {
      return new Pin.Tag(tag.get().value());
    }
    Optional<Setting> date = set("CVMFS_REPOSITORY_DATE");
    if (date.isEmpty()) {
      return new Pin.Newest();
    }
    try {
      return new Pin.Date(Instant.parse(date.get().value()));
    } catch (DateTimeParseException e) {
      throw new ConfFailure(
          "%s: CVMFS_REPOSITORY_DATE is '%s', but must be like 2026-01-31T23:59:59Z"
              .formatted(date.get().where(), date.get().value()),
          e);
    }
  }

  private Optional<Path> path(String key) {
    return set(key).map(setting -> resolve(setting, setting.value()));
  }

  /** A setting that is there and not empty: {@code KEY=} takes a default back. */
  private Optional<Setting> set(String key) {
    return conf.setting(key).filter(setting -> !setting.value().isEmpty());
  }

  private Path resolve(Setting setting, String name) {
    try {
      Path base = setting.line() > 0 ? Path.of(setting.origin()) : Path.of("here");
      return base.toAbsolutePath().resolveSibling(filled(name)).normalize();
    } catch (InvalidPathException e) {
      throw new ConfFailure("%s: %s is not a path".formatted(setting.where(), setting.key()), e);
    }
  }

  private static Stream<String> split(String value, String separator) {
    return Stream.of(value.split(separator))
        .map(String::trim)
        .filter(Predicate.not(String::isEmpty));
  }
}
