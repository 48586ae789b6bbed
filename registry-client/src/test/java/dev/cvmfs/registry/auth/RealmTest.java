package dev.cvmfs.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.RegistryFailure;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("quirk 13: where passwords may go")
class RealmTest {

  @ParameterizedTest
  @CsvSource({
    "https://reg.example.org, https://auth.docker.io/token,       https://auth.docker.io/token",
    "https://reg.example.org, /token,                             https://reg.example.org/token",
    "https://reg.example.org, null://reg.example.org/v2/token,    https://reg.example.org/v2/token",
    "http://reg.example.org,  http://reg.example.org:81/token,    http://reg.example.org:81/token",
    "http://10.0.0.5:5000,    https://10.0.0.6/token,             https://10.0.0.6/token",
    "https://reg.example.org, http://named.example.org/token,     http://named.example.org/token",
  })
  void of_trustworthy_isTaken(URI registry, String realm, URI url) {
    assertThat(Realm.of(realm, registry, host -> host.host().startsWith("named.")).url())
        .isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource({
    "https://reg.example.org, http://reg.example.org/token",
    "https://reg.example.org, http://auth.example.org/token",
    "http://reg.example.org,  http://auth.example.org/token",
    "https://reg.example.org, https://127.0.0.1/token",
    "https://reg.example.org, https://169.254.169.254/token",
    "https://reg.example.org, https://192.168.1.1/token",
    "https://reg.example.org, https://localhost/token",
    "https://reg.example.org, https://[fd00::1]/token",
    "https://reg.example.org, null://auth.example.org/token",
    "https://reg.example.org, file:///etc/passwd",
  })
  void of_weakerOrPrivate_isRefused(URI registry, String realm) {
    assertThatThrownBy(() -> Realm.of(realm, registry, host -> false))
        .isInstanceOf(RegistryFailure.Unauthorized.class);
  }
}
