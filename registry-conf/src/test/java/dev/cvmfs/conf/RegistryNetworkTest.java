package dev.cvmfs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.RegistryNetwork.ClientCertificate;
import dev.cvmfs.conf.RegistryNetwork.Mirror;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryNetworkTest {
  @TempDir private Path folder;

  private RegistryNetwork network(String text) {
    return RegistryNetwork.of(conf(text));
  }

  private Conf conf(String text) {
    try {
      return ConfReader.read(Files.writeString(folder.resolve("x.conf"), text + "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void nothing_leavesAllToTheClient() {
    RegistryNetwork network = network("");

    assertThat(network.mirrors()).isEmpty();
    assertThat(network.clientCertificate()).isEmpty();
    assertThat(network.requestsAtOnce()).isEmpty();
    assertThat(network.interval()).isEmpty();
    assertThat(network.timeout()).isEmpty();
    assertThat(network.retries()).isEmpty();
  }

  @Test
  void mirrors_areListedByRegistryInOrder() {
    assertThat(network("OCI_MIRRORS='docker.io=a.example.org, docker.io=b:5000 c:1'").mirrors())
        .containsExactly(
            new Mirror(Optional.of("docker.io"), "a.example.org"),
            new Mirror(Optional.of("docker.io"), "b:5000"),
            new Mirror(Optional.empty(), "c:1"));
  }

  @Test
  void clientCertificate_withoutAKeyOfItsOwn_holdsBoth() throws IOException {
    Path both = Files.createFile(folder.resolve("both.pem"));
    Path key = Files.createFile(folder.resolve("key.pem"));

    assertThat(network("OCI_CLIENT_CERT=both.pem").clientCertificate())
        .contains(new ClientCertificate(both, both));
    assertThat(network("OCI_CLIENT_CERT=both.pem\nOCI_CLIENT_KEY=key.pem").clientCertificate())
        .contains(new ClientCertificate(both, key));
  }

  @Test
  void numbers_areSecondsAndCounts() {
    RegistryNetwork network =
        network(
            """
            OCI_MAX_REQUESTS=4
            OCI_MAX_RATE=20
            OCI_TIMEOUT_CONNECT=1
            OCI_TIMEOUT=2
            OCI_TIMEOUT_COMMIT=3
            OCI_MAX_RETRIES=0
            OCI_BACKOFF_INIT=5
            OCI_BACKOFF_MAX=6
            OCI_MAX_RETRY_AFTER=7
            """);

    assertThat(network.requestsAtOnce()).contains(4);
    assertThat(network.interval()).contains(Duration.ofMillis(50));
    assertThat(network.connectTimeout()).contains(Duration.ofSeconds(1));
    assertThat(network.timeout()).contains(Duration.ofSeconds(2));
    assertThat(network.commitTimeout()).contains(Duration.ofSeconds(3));
    assertThat(network.retries()).contains(0);
    assertThat(network.backoffInitial()).contains(Duration.ofSeconds(5));
    assertThat(network.backoffMaximum()).contains(Duration.ofSeconds(6));
    assertThat(network.longestRetryAfter()).contains(Duration.ofSeconds(7));
  }

  @Test
  void keys_areAllKnown() {
    String all =
        """
        OCI_MIRRORS= OCI_CLIENT_CERT= OCI_CLIENT_KEY= OCI_MAX_REQUESTS= OCI_MAX_RATE=
        OCI_TIMEOUT_CONNECT= OCI_TIMEOUT= OCI_TIMEOUT_COMMIT= OCI_MAX_RETRIES= OCI_BACKOFF_INIT=
        OCI_BACKOFF_MAX= OCI_MAX_RETRY_AFTER= OCI_EARLY_UPLOAD=
        """
            .replace(' ', '\n');

    assertThat(conf(all).warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OCI_MIRRORS=http://a",
        "OCI_MIRRORS='a=b=c'",
        "OCI_MIRRORS='a='",
        "OCI_CLIENT_CERT=none.pem",
        "OCI_CLIENT_KEY=x.conf",
        "OCI_MAX_REQUESTS=0",
        "OCI_MAX_RATE=0",
        "OCI_MAX_RATE=often",
        "OCI_TIMEOUT=0",
        "OCI_TIMEOUT_CONNECT=-1",
        "OCI_TIMEOUT_COMMIT=1.5",
        "OCI_MAX_RETRIES=-1",
        "OCI_BACKOFF_INIT=x",
        "OCI_BACKOFF_MAX=-1",
        "OCI_MAX_RETRY_AFTER=9999999999",
      })
  void setting_unusable_isRefusedWithItsPlace(String line) {
    assertThatThrownBy(() -> network("\n" + line))
        .isInstanceOf(ConfFailure.class)
        .hasMessageStartingWith(folder.resolve("x.conf") + ":2: ");
  }
}
