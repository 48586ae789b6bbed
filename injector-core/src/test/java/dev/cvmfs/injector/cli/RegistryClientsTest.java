package dev.cvmfs.injector.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryClientsTest {
  private static final String LOGIN = ChallengingHost.basic("me:secret");

  @Test
  void login_withTwoHosts_isSentToTheOneOfTheConfiguration() throws IOException {
    try (ChallengingHost ours = new ChallengingHost();
        ChallengingHost theirs = new ChallengingHost()) {
      RegistryConf conf = conf(Map.of("OCI_REGISTRY", ours.name()), ours, theirs);
      try (RegistryClients clients = clients(conf)) {
        ask(clients, theirs);
        ask(clients, ours);
      }
      assertThat(ours.authorizations()).contains(LOGIN);
      assertThat(theirs.authorizations()).isNotEmpty().containsOnly("none");
    }
  }

  @Test
  void login_withoutConfiguredRegistry_isSentToTheFirstImagesHost() throws IOException {
    try (ChallengingHost first = new ChallengingHost();
        ChallengingHost second = new ChallengingHost()) {
      try (RegistryClients clients = clients(conf(Map.of(), first, second))) {
        ask(clients, first);
        ask(clients, second);
      }
      assertThat(first.authorizations()).contains(LOGIN);
      assertThat(second.authorizations()).isNotEmpty().containsOnly("none");
    }
  }

  @Test
  void login_afterAnImageInALayout_isSentToTheFirstHost() throws IOException {
    try (ChallengingHost host = new ChallengingHost()) {
      try (RegistryClients clients = clients(conf(Map.of(), host))) {
        clients.at(ImageName.LAYOUT, ProgressListener.SILENT);
        ask(clients, host);
      }
      assertThat(host.authorizations()).contains(LOGIN);
    }
  }

  @Test
  void environment_withAProxyThatIsNone_isAConfigurationError() {
    RegistryConf conf = RegistryConf.of(Conf.empty(), Map.of("HOME", "/nowhere"));
    try (RegistryClients clients =
        new RegistryClients(
            conf, RegistryNetwork.of(Conf.empty()), Map.of("HTTPS_PROXY", "socks://127.0.0.1:1"))) {
      assertThatThrownBy(() -> clients.at("ghcr.io", ProgressListener.SILENT))
          .isInstanceOf(ConfFailure.class)
          .hasMessageContaining("proxy");
    }
  }

  @Test
  void mirror_ofTheImagesRegistry_isAskedFirstForWhatHasADigest() throws IOException {
    try (ChallengingHost registry = new ChallengingHost();
        ChallengingHost mirror = new ChallengingHost()) {
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
      try (RegistryClients clients = new RegistryClients(conf, network, Map.of());
          ImageStore store =
              clients
                  .at(registry.name(), ProgressListener.SILENT)
                  .open(ImageName.ofTag(registry.name(), "some/image", "latest"))) {
        assertThatThrownBy(() -> store.manifest(Digest.sha256("x").toString()))
            .isInstanceOf(RegistryFailure.class);
      }
      assertThat(mirror.authorizations()).isNotEmpty().containsOnly("none");
      assertThat(registry.authorizations()).contains(LOGIN);
    }
  }

  private static RegistryClients clients(RegistryConf conf) {
    return new RegistryClients(conf, RegistryNetwork.of(Conf.empty()), Map.of());
  }

  private static RegistryConf conf(Map<String, String> more, ChallengingHost... hosts) {
    Map<String, String> values = new java.util.HashMap<>(more);
    values.put("OCI_AUTH", "me:secret");
    values.put(
        "OCI_INSECURE",
        String.join(" ", List.of(hosts).stream().map(host -> "http://" + host.name()).toList()));
    return RegistryConf.of(Conf.of(values, "test"), Map.of("HOME", "/nowhere"));
  }

  private static void ask(RegistryClients clients, ChallengingHost host) {
    ImageName name = ImageName.ofTag(host.name(), "some/image", "latest");
    try (ImageStore store = clients.at(host.name(), ProgressListener.SILENT).open(name)) {
      assertThatThrownBy(() -> store.manifest("latest")).isInstanceOf(RegistryFailure.class);
    }
  }
}
