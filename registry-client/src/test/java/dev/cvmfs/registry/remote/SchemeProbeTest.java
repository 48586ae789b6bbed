package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.Timeouts;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.FakeRegistry;
import dev.cvmfs.registry.testing.ManualTime;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemeProbeTest {
  /** How long the fake registry is given to answer TLS, which it never does. */
  private static final Duration BRIEF = Duration.ofMillis(300);

  private final ManualTime time = new ManualTime();

  private RegistryClient client(String insecureHost) {
    return new RegistryClient(
        RegistryOptions.builder(Map.of())
            .insecureHost(insecureHost)
            .timeouts(new Timeouts(BRIEF, Duration.ofSeconds(30), Duration.ofSeconds(30)))
            .clock(time)
            .sleeper(time)
            .build());
  }

  @Test
  void open_plainHostNamedInsecure_asksOnce() {
    try (FakeRegistry registry = new FakeRegistry();
        RegistryClient client = client(registry.host())) {
      registry.repository().add("v1", Bytes.manifest("x"));
      ImageName name = ImageName.ofTag(registry.host(), "x", "v1");

      client.open(name).manifest("v1");
      client.open(name).manifest("v1");

      assertThat(registry.seen())
          .extracting(Object::toString)
          .containsExactly("GET /v2/", "GET /v2/x/manifests/v1", "GET /v2/x/manifests/v1");
    }
  }

  @Test
  void open_nobodyListens_isTransportWithBothReasons() {
    FakeRegistry gone = new FakeRegistry();
    gone.close();
    try (RegistryClient client = client("127.0.0.1")) {

      assertThatThrownBy(() -> client.open(ImageName.ofTag(gone.host(), "x", "v1")))
          .isInstanceOf(RegistryFailure.Transport.class)
          .hasMessageContainingAll(gone.host(), "by https", "by http", "refused");
    }
  }
}
