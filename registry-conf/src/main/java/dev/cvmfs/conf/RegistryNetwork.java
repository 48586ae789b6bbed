package dev.cvmfs.conf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a configuration says about the way to registries: the {@code OCI_*} settings of the network,
 * checked. Empty where the client's own default holds.
 *
 * @param mirrors {@code OCI_MIRRORS}: where to read from first what is named by its digest
 * @param clientCertificate {@code OCI_CLIENT_CERT} and {@code OCI_CLIENT_KEY}: who we are in TLS
 * @param requestsAtOnce {@code OCI_MAX_REQUESTS}: how many requests may wait for one host's answers
 * @param interval {@code OCI_MAX_RATE}: the shortest time from one request to the next, for each
 *     host
 * @param connectTimeout {@code OCI_TIMEOUT_CONNECT}: how long to wait for a connection
 * @param timeout {@code OCI_TIMEOUT}: how long to wait for the next byte of an answer
 * @param commitTimeout {@code OCI_TIMEOUT_COMMIT}: how long to wait for the answer to a finished
 *     upload
 * @param retries {@code OCI_MAX_RETRIES}: how often to try again
 * @param backoffInitial {@code OCI_BACKOFF_INIT}: the longest first wait before that
 * @param backoffMaximum {@code OCI_BACKOFF_MAX}: the longest wait
 * @param longestRetryAfter {@code OCI_MAX_RETRY_AFTER}: the longest wait that a registry may ask
 *     for
 */
public record RegistryNetwork(
    List<Mirror> mirrors,
    Optional<ClientCertificate> clientCertificate,
    Optional<Integer> requestsAtOnce,
    Optional<Duration> interval,
    Optional<Duration> connectTimeout,
    Optional<Duration> timeout,
    Optional<Duration> commitTimeout,
    Optional<Integer> retries,
    Optional<Duration> backoffInitial,
    Optional<Duration> backoffMaximum,
    Optional<Duration> longestRetryAfter) {
  private static final Pattern MIRROR =
      Pattern.compile("(?:([A-Za-z0-9._:\\[\\]-]+)=)?([A-Za-z0-9._:\\[\\]-]+)");
  private static final int MOST_REQUESTS = 1000;
  private static final long LONGEST = Duration.ofDays(7).toSeconds();

  public RegistryNetwork {
    mirrors = List.copyOf(mirrors);
  }

  /**
   * A host that has what a registry has.
   *
   * @param registry the registry's host; empty for that of {@code OCI_REGISTRY}
   * @param host {@code HOST[:PORT]}
   */
  public record Mirror(Optional<String> registry, String host) {}

  /**
   * A certificate of ours, in PEM files, which may be the same.
   *
   * @param certificate it and those it hangs from
   * @param key its private key
   */
  public record ClientCertificate(Path certificate, Path key) {}

  /**
   * Reads and checks the settings.
   *
   * @throws ConfFailure if one cannot be used
   */
  public static RegistryNetwork of(Conf conf) {
    return new RegistryNetwork(
        conf.nonEmpty("OCI_MIRRORS").map(RegistryNetwork::mirrors).orElse(List.of()),
        clientCertificate(conf),
        number(conf, "OCI_MAX_REQUESTS", 1, MOST_REQUESTS).map(Long::intValue),
        number(conf, "OCI_MAX_RATE", 1, MOST_REQUESTS)
            .map(rate -> Duration.ofSeconds(1).dividedBy(rate)),
        seconds(conf, "OCI_TIMEOUT_CONNECT", 1),
        seconds(conf, "OCI_TIMEOUT", 1),
        seconds(conf, "OCI_TIMEOUT_COMMIT", 1),
        number(conf, "OCI_MAX_RETRIES", 0, 1000).map(Long::intValue),
        seconds(conf, "OCI_BACKOFF_INIT", 0),
        seconds(conf, "OCI_BACKOFF_MAX", 0),
        seconds(conf, "OCI_MAX_RETRY_AFTER", 0));
  }

  private static List<Mirror> mirrors(Setting setting) {
    List<Mirror> mirrors = new ArrayList<>();
    Stream.of(setting.value().split("[,\\s]+", -1))
        .filter(part -> !part.isEmpty())
        .forEach(part -> mirrors.add(mirror(setting, part)));
    return mirrors;
  }

  private static Mirror mirror(Setting setting, String text) {
    Matcher parts = MIRROR.matcher(text);
    if (!parts.matches()) {
      throw new ConfFailure(
          "%s: OCI_MIRRORS must be a list of HOST=MIRROR[:PORT], but has '%s'"
              .formatted(setting.where(), text));
    }
    return new Mirror(Optional.ofNullable(parts.group(1)), parts.group(2));
  }

  private static Optional<ClientCertificate> clientCertificate(Conf conf) {
    Optional<Setting> certificate = conf.nonEmpty("OCI_CLIENT_CERT");
    Optional<Setting> key = conf.nonEmpty("OCI_CLIENT_KEY");
    if (certificate.isEmpty() && key.isPresent()) {
      throw new ConfFailure(
          "%s: OCI_CLIENT_KEY is the key to a certificate, which OCI_CLIENT_CERT must name"
              .formatted(key.get().where()));
    }
    return certificate.map(
        setting -> new ClientCertificate(file(setting), file(key.orElse(setting))));
  }

  private static Path file(Setting setting) {
    Path file = setting.path();
    if (!Files.isRegularFile(file)) {
      throw new ConfFailure(
          "%s: %s names %s, which is not a file".formatted(setting.where(), setting.key(), file));
    }
    return file;
  }

  private static Optional<Duration> seconds(Conf conf, String key, long least) {
    return number(conf, key, least, LONGEST).map(Duration::ofSeconds);
  }

  private static Optional<Long> number(Conf conf, String key, long least, long most) {
    return conf.nonEmpty(key).map(setting -> conf.number(key, least, least, most));
  }
}
