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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
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
    return new CvmfsConf(conf, fqrn);
  }

  public String fqrn() {
    return fqrn;
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
    List<URI> servers = split(setting.value(), ";").map(url -> server(setting, url)).toList();
    if (servers.isEmpty()) {
      throw new ConfFailure("%s: CVMFS_SERVER_URL names no server".formatted(setting.where()));
    }
    return servers;
  }

  private URI server(Setting setting, String template) {
    String organisation = fqrn.substring(0, (fqrn + ".").indexOf('.'));
    String url =
        template.replace("@fqrn@", fqrn).replace("@org@", organisation).replaceAll("/+$", "");
    URI uri = uri(setting, url);
    boolean usable =
        switch (String.valueOf(uri.getScheme())) {
          case "http", "https" -> uri.getHost() != null;
          case "file" -> uri.getPath() != null && uri.getPath().startsWith("/");
          default -> false;
        };
    if (!usable) {
      throw new ConfFailure(
          "%s: CVMFS_SERVER_URL has '%s', but only http://, https:// and file:/// URLs are understood"
              .formatted(setting.where(), template));
    }
    return uri;
  }

  /**
   * The proxies: groups to be used one after the other, each with members to choose from at random;
   * an empty member means a direct connection ({@code CVMFS_HTTP_PROXY}, then {@code
   * CVMFS_FALLBACK_PROXY}). Without any, connections are direct.
   */
  public List<List<Optional<URI>>> proxyGroups() {
    List<List<Optional<URI>>> groups = new ArrayList<>(groups("CVMFS_HTTP_PROXY", false));
    List<List<Optional<URI>>> fallback = groups("CVMFS_FALLBACK_PROXY", true);
    if (!fallback.isEmpty()) {
      groups = new ArrayList<>(groups("CVMFS_HTTP_PROXY", true));
      groups.addAll(fallback);
    }
    return groups.isEmpty() ? List.of(List.of(Optional.empty())) : List.copyOf(groups);
  }

  private List<List<Optional<URI>>> groups(String key, boolean withoutDirect) {
    Optional<Setting> setting = conf.setting(key);
    if (setting.isEmpty()) {
      return List.of();
    }
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

  private static Optional<URI> proxy(Setting setting, String member) {
    if (member.equals("DIRECT")) {
      return Optional.empty();
    }
    if (member.equals("auto")) {
      throw new ConfFailure(
          "%s: %s is 'auto', but proxies are not discovered automatically (PAC) here: name one, such as http://squid.example.org:3128, or DIRECT"
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

  private static Path resolve(Setting setting, String name) {
    try {
      Path base = setting.line() > 0 ? Path.of(setting.origin()) : Path.of("here");
      return base.toAbsolutePath().resolveSibling(name).normalize();
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
