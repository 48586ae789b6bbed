package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.conf.RegistryNetwork;
import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class RegistryClientsTest {
  private static final String LOGIN =
      "Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes(UTF_8));

  @Test
  void login_withTwoHosts_isSentToTheOneOfTheConfiguration() throws IOException {
    try (Host ours = new Host();
        Host theirs = new Host()) {
      RegistryConf conf = conf(Map.of("OCI_REGISTRY", ours.name()), ours, theirs);
      try (RegistryClients clients = clients(conf, theirs.name())) {
        ask(clients, theirs);
        ask(clients, ours);
      }
      assertThat(ours.authorizations).contains(LOGIN);
      assertThat(theirs.authorizations).isNotEmpty().containsOnly("none");
    }
  }

  @Test
  void login_withoutConfiguredRegistry_isSentToTheFirstImagesHost() throws IOException {
    try (Host first = new Host();
        Host second = new Host()) {
      try (RegistryClients clients = clients(conf(Map.of(), first, second), first.name())) {
        ask(clients, first);
        ask(clients, second);
      }
      assertThat(first.authorizations).contains(LOGIN);
      assertThat(second.authorizations).isNotEmpty().containsOnly("none");
    }
  }

  @Test
  void environment_withAProxyThatIsNone_isAConfigurationError() {
    RegistryConf conf = RegistryConf.of(Conf.empty(), Map.of("HOME", "/nowhere"));
    try (RegistryClients clients =
        new RegistryClients(
            conf,
            RegistryNetwork.of(Conf.empty()),
            Map.of("HTTPS_PROXY", "socks://127.0.0.1:1"),
            "ghcr.io")) {
      assertThatThrownBy(() -> clients.at("ghcr.io", ProgressListener.SILENT))
          .isInstanceOf(ConfFailure.class)
          .hasMessageContaining("proxy");
    }
  }

  @Test
  void mirror_ofTheImagesRegistry_isAskedFirstForWhatHasADigest() throws IOException {
    try (Host registry = new Host();
        Host mirror = new Host()) {
      RegistryConf conf = conf(Map.of("OCI_REGISTRY", registry.name()), registry, mirror);
      RegistryNetwork network =
          RegistryNetwork.of(
              Conf.of(
                  Map.of(
                      "OCI_MIRRORS", registry.name() + "=" + mirror.name(),
                      "OCI_MAX_RETRIES", "0",
                      "OCI_BACKOFF_INIT", "9",
                      "OCI_BACKOFF_MAX", "1",
                      "OCI_MAX_REQUESTS", "1",
                      "OCI_MAX_RATE", "1000",
                      "OCI_TIMEOUT", "5"),
                  "test"));
      try (RegistryClients clients = new RegistryClients(conf, network, Map.of(), registry.name());
          ImageStore store =
              clients
                  .at(registry.name(), ProgressListener.SILENT)
                  .open(ImageName.ofTag(registry.name(), "some/image", "latest"))) {
        assertThatThrownBy(() -> store.manifest(Digest.sha256("x").toString()))
            .isInstanceOf(RegistryFailure.class);
      }
      assertThat(mirror.authorizations).isNotEmpty().containsOnly("none");
      assertThat(registry.authorizations).contains(LOGIN);
    }
  }

  private static RegistryClients clients(RegistryConf conf, String firstHost) {
    return new RegistryClients(conf, RegistryNetwork.of(Conf.empty()), Map.of(), firstHost);
  }

  private static RegistryConf conf(Map<String, String> more, Host... hosts) {
    Map<String, String> values = new java.util.HashMap<>(more);
    values.put("OCI_AUTH", "me:secret");
    values.put(
        "OCI_INSECURE",
        String.join(" ", List.of(hosts).stream().map(host -> "http://" + host.name()).toList()));
    return RegistryConf.of(Conf.of(values, "test"), Map.of("HOME", "/nowhere"));
  }

  private static void ask(RegistryClients clients, Host host) {
    ImageName name = ImageName.ofTag(host.name(), "some/image", "latest");
    try (ImageStore store = clients.at(host.name(), ProgressListener.SILENT).open(name)) {
      assertThatThrownBy(() -> store.manifest("latest")).isInstanceOf(RegistryFailure.class);
    }
  }

  /** Wants a login for everything, and is content with none. */
  private static final class Host implements AutoCloseable {
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    private Host() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            authorizations.add(authorization == null ? "none" : authorization);
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
          });
      server.start();
    }

    private String name() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
