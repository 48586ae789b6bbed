package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryAuth;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.conf.RegistryNetwork;
import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.registry.Credential;
import dev.cvmfs.registry.HostLimits;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.RetryPolicy;
import dev.cvmfs.registry.Timeouts;
import dev.cvmfs.registry.name.ImageNames;
import dev.cvmfs.registry.remote.RegistryClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A client for each registry host of a run. A login of the configuration ({@code OCI_AUTH}) is for
 * one host, that of {@code OCI_REGISTRY} or, where that is not set, the first that a client is
 * asked for: that of the first image, or of its destination where the image is in a layout. It is
 * never sent to another.
 */
final class RegistryClients implements AutoCloseable {
  private final RegistryConf conf;
  private final RegistryNetwork network;
  private final Map<String, String> environment;
  private final Map<String, RegistryClient> byHost = new LinkedHashMap<>();
  private Optional<String> loginHost;

  RegistryClients(RegistryConf conf, RegistryNetwork network, Map<String, String> environment) {
    this.conf = conf;
    this.network = network;
    this.environment = environment;
    this.loginHost = conf.registry().map(RegistryClients::apiHost);
  }

  /** The host that a registry's name stands for. */
  private static String apiHost(String registry) {
    return ImageNames.on(registry).parse("any/image").name().registry();
  }

  /**
   * The client for a host.
   *
   * @throws ConfFailure if the settings are not such that there can be one
   */
  RegistryClient at(String host, ProgressListener progress) {
    RegistryClient known = byHost.get(host);
    if (known != null) {
      return known;
    }
    if (!host.equals(ImageName.LAYOUT)) {
      loginHost = loginHost.or(() -> Optional.of(host));
    }
    try {
      RegistryClient client = new RegistryClient(options(host, progress));
      byHost.put(host, client);
      return client;
    } catch (IllegalArgumentException e) {
      throw new ConfFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private RegistryOptions options(String host, ProgressListener progress) {
    RegistryOptions.Builder builder = RegistryOptions.builder(environment);
    builder.userAgent(ProgramVersion.text().replace(' ', '/'));
    conf.insecureHosts().forEach(builder::insecureHost);
    conf.caCertificate().ifPresent(builder::caCertificate);
    network
        .clientCertificate()
        .ifPresent(ours -> builder.clientCertificate(ours.certificate(), ours.key()));
    for (RegistryNetwork.Mirror mirror : network.mirrors()) {
      builder.mirror(
          mirror.registry().map(RegistryClients::apiHost).or(() -> loginHost).orElse(host),
          mirror.host());
    }
    builder.timeouts(timeouts()).retries(retries()).limits(limits());
    conf.auth()
        .ifPresent(
            auth -> {
              if (auth instanceof RegistryAuth.DockerConfig config) {
                builder.credentialFile(config.file());
              } else if (auth instanceof RegistryAuth.Login login
                  && loginHost.equals(Optional.of(host))) {
                builder.credential(new Credential.UserPassword(login.user(), login.password()));
              } else if (!host.equals(ImageName.LAYOUT)) {
                progress.warning(
                    "OCI_AUTH is the login for %s and is not sent to %s"
                        .formatted(loginHost.orElseThrow(), host));
              }
            });
    return builder.build();
  }

  private Timeouts timeouts() {
    return new Timeouts(
        network.connectTimeout().orElse(Timeouts.USUAL.connect()),
        network.timeout().orElse(Timeouts.USUAL.read()),
        network.commitTimeout().orElse(Timeouts.USUAL.commit()));
  }

  private RetryPolicy retries() {
    RetryPolicy usual = RetryPolicy.USUAL;
    Duration longest = network.backoffMaximum().orElse(usual.maxDelay());
    Duration first = network.backoffInitial().orElse(usual.firstDelay());
    return new RetryPolicy(
        network.retries().map(retries -> retries + 1).orElse(usual.attempts()),
        first.compareTo(longest) < 0 ? first : longest,
        longest,
        network.longestRetryAfter().orElse(usual.maxRetryAfter()));
  }

  private HostLimits limits() {
    return new HostLimits(
        network.requestsAtOnce().orElse(HostLimits.USUAL.requestsAtOnce()),
        network.interval().orElse(HostLimits.USUAL.interval()));
  }

  @Override
  public void close() {
    byHost.values().forEach(RegistryClient::close);
  }
}
