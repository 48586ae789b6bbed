package dev.cvmfs.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Everything a registry client takes from its surroundings.
 *
 * @param insecureHosts hosts that may be spoken to without a verified certificate: {@code host}
 *     (all ports), {@code host:port}, or either with {@code http://} in front, which says that the
 *     host does not speak TLS at all
 * @param caCertificate a PEM file of certificate authorities to trust besides the platform's
 * @param clientCertificate who we are in TLS, for all servers that ask
 * @param mirrors hosts to read from first what is named by its digest, by the registry's host
 * @param credential who we are at the registry; goes before all files
 * @param credentialFile a file in the form of Docker's config.json or podman's auth.json; goes
 *     before the usual ones
 * @param environment where {@code HTTPS_PROXY}, {@code NO_PROXY}, {@code DOCKER_CONFIG}, {@code
 *     REGISTRY_AUTH_FILE}, {@code HOME} and the like are looked up
 * @param timeouts how long to wait for the other side
 * @param retries how often to try again
 * @param limits how hard each host may be pressed
 * @param userAgent what we call ourselves
 * @param clock what time it is
 * @param sleeper how to wait
 * @param random for the jitter of waits; safe for several threads
 */
public record RegistryOptions(
    Set<String> insecureHosts,
    Optional<Path> caCertificate,
    Optional<ClientCertificate> clientCertificate,
    Map<String, List<String>> mirrors,
    Optional<Credential> credential,
    Optional<Path> credentialFile,
    Map<String, String> environment,
    Timeouts timeouts,
    RetryPolicy retries,
    HostLimits limits,
    String userAgent,
    InstantSource clock,
    Sleeper sleeper,
    RandomGenerator random) {

  public RegistryOptions {
    Set<String> lowerCase = new LinkedHashSet<>();
    insecureHosts.forEach(host -> lowerCase.add(host.toLowerCase(Locale.ROOT)));
    insecureHosts = Set.copyOf(lowerCase);
    environment = Map.copyOf(environment);
    Map<String, List<String>> copies = new LinkedHashMap<>();
    mirrors.forEach((host, others) -> copies.put(host, List.copyOf(others)));
    mirrors = Map.copyOf(copies);
  }

  /**
   * A certificate of ours.
   *
   * @param certificate a PEM file of it and those it hangs from, its own first
   * @param key a PEM file of its private key in PKCS#8, without a password
   */
  public record ClientCertificate(Path certificate, Path key) {}

  /** How the client waits; tests wait without waiting. */
  @FunctionalInterface
  public interface Sleeper {

    /** Waits for the given time, which is not negative. */
    void sleep(Duration duration) throws InterruptedException;
  }

  /** Without the environment, which may hold passwords. */
  @Override
  public String toString() {
    return "RegistryOptions[insecureHosts=%s, caCertificate=%s, credential=%s, credentialFile=%s]"
        .formatted(insecureHosts, caCertificate, credential, credentialFile);
  }

  /** Options with usual values and the given environment, to be refined. */
  public static Builder builder(Map<String, String> environment) {
    return new Builder(environment);
  }

  /** Collects options; each method returns the builder itself. */
  public static final class Builder {
    private final Map<String, String> environment;
    private final Set<String> insecureHosts = new LinkedHashSet<>();
    private Optional<Path> caCertificate = Optional.empty();
    private Optional<ClientCertificate> clientCertificate = Optional.empty();
    private final Map<String, List<String>> mirrors = new LinkedHashMap<>();
    private Optional<Credential> credential = Optional.empty();
    private Optional<Path> credentialFile = Optional.empty();
    private Timeouts timeouts = Timeouts.USUAL;
    private RetryPolicy retries = RetryPolicy.USUAL;
    private HostLimits limits = HostLimits.USUAL;
    private String userAgent = "cvmfs_shrinkwrap";
    private InstantSource clock = InstantSource.system();
    private Sleeper sleeper = Builder::sleep;
    private RandomGenerator random = new Random();

    private Builder(Map<String, String> environment) {
      this.environment = Map.copyOf(environment);
    }

    private static void sleep(Duration duration) throws InterruptedException {
      Thread.sleep(duration.toMillis());
    }

    public Builder insecureHost(String host) {
      insecureHosts.add(host);
      return this;
    }

    public Builder caCertificate(Path pemFile) {
      caCertificate = Optional.of(pemFile);
      return this;
    }

    public Builder clientCertificate(Path pemFile, Path keyFile) {
      clientCertificate = Optional.of(new ClientCertificate(pemFile, keyFile));
      return this;
    }

    /**
     * Adds a mirror, after those there are.
     *
     * @param registry the registry's host as in image names: {@code registry-1.docker.io}
     * @param host the mirror's host, with its port if it is not the usual one
     */
    public Builder mirror(String registry, String host) {
      mirrors.computeIfAbsent(registry, key -> new ArrayList<>()).add(host);
      return this;
    }

    public Builder limits(HostLimits values) {
      limits = values;
      return this;
    }

    public Builder credential(Credential ours) {
      credential = Optional.of(ours);
      return this;
    }

    public Builder credentialFile(Path jsonFile) {
      credentialFile = Optional.of(jsonFile);
      return this;
    }

    public Builder timeouts(Timeouts values) {
      timeouts = values;
      return this;
    }

    public Builder retries(RetryPolicy policy) {
      retries = policy;
      return this;
    }

    public Builder userAgent(String name) {
      userAgent = name;
      return this;
    }

    public Builder clock(InstantSource source) {
      clock = source;
      return this;
    }

    public Builder sleeper(Sleeper waiting) {
      sleeper = waiting;
      return this;
    }

    public Builder random(RandomGenerator generator) {
      random = generator;
      return this;
    }

    public RegistryOptions build() {
      return new RegistryOptions(
          insecureHosts,
          caCertificate,
          clientCertificate,
          mirrors,
          credential,
          credentialFile,
          environment,
          timeouts,
          retries,
          limits,
          userAgent,
          clock,
          sleeper,
          random);
    }
  }
}
