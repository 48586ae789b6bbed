package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PackingOptionsTest {

  @Test
  void of_nothing_isAsUsual() {
    List<String> warnings = new ArrayList<>();

    assertThat(PackingOptions.of(Conf.empty(), warnings::add)).isEqualTo(PackingOptions.USUAL);
    assertThat(warnings).isEmpty();
    assertThat(PackingOptions.USUAL.bytesInFlight()).isEqualTo(64L << 20);
  }

  @Test
  void of_megabytes_boundsWhatIsInFlight() {
    assertThat(of("32").bytesInFlight()).isEqualTo(32L << 20);
    assertThat(of("2048").bytesInFlight()).isEqualTo(2L << 30);
  }

  @Test
  void of_lessThanTheLargestObject_isRefused() {
    assertThatThrownBy(() -> of("31"))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("OCI_IN_FLIGHT")
        .hasMessageContaining("32");
  }

  private static PackingOptions of(String megabytes) {
    return PackingOptions.of(Conf.of(Map.of("OCI_IN_FLIGHT", megabytes), "test"), warning -> {});
  }
}
