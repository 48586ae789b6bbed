package dev.cvmfs.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.RegistryFailure;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectsTest {
  private static final Request PUT =
      Request.of("PUT", "try", URI.create("https://reg.example.org/v2/x"))
          .header("Authorization", "Basic x")
          .body(RequestBody.EMPTY);

  private static Reply to(int status, String location) {
    Headers headers = Headers.of(List.of(new Headers.Field("location", location)));
    return new Reply(status, headers, PUT.url(), new byte[0], true);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void next_mostStatuses_keepMethodAndBody(int status) {
    Request moved = new Redirects().next(PUT, to(status, "/v2/y"));

    assertThat(moved.method()).isEqualTo("PUT");
    assertThat(moved.body()).isEqualTo(PUT.body());
    assertThat(moved.url()).hasToString("https://reg.example.org/v2/y");
    assertThat(moved.headers().first("Authorization")).contains("Basic x");
  }

  @Test
  void next_303_isAGet() {
    Request moved = new Redirects().next(PUT, to(303, "/v2/y"));

    assertThat(moved.method()).isEqualTo("GET");
    assertThat(moved.body()).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://s3.example.org/y", "https://reg.example.org:8443/y", "//x.example.org/"})
  @DisplayName("quirk 14: another origin does not get the authorization")
  void next_otherOrigin_dropsAuthorization(String location) {
    assertThat(new Redirects().next(PUT, to(307, location)).headers().has("Authorization"))
        .isFalse();
  }

  @Test
  void next_otherOriginAndASecretBody_isRefusedUnlessTheBodyStaysBehind() {
    Request post = PUT.body(RequestBody.secret(new byte[1]));

    assertThatThrownBy(() -> new Redirects().next(post, to(307, "https://x.example.org/y")))
        .isInstanceOf(RegistryFailure.Unsupported.class)
        .hasMessageContaining("https://x.example.org");
    assertThat(new Redirects().next(post, to(303, "https://x.example.org/y")).body())
        .isEqualTo(Optional.empty());
    assertThat(new Redirects().next(post, to(307, "/y")).body()).isEqualTo(post.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://reg.example.org/y",
        "https://10.1.2.3/y",
        "https://[::1]/y",
        "ftp://x.example.org/y"
      })
  @DisplayName("quirk 17: https to http and public to private are refused")
  void next_weaker_isRefused(String location) {
    assertThatThrownBy(() -> new Redirects().next(PUT, to(307, location)))
        .isInstanceOf(RegistryFailure.Unsupported.class)
        .hasMessageContaining("Cannot try");
  }

  @Test
  void next_elevenTimes_isRefused() {
    Redirects redirects = new Redirects();
    for (int hop = 1; hop <= 10; hop++) {
      redirects.next(PUT, to(307, "/v2/y"));
    }

    assertThatThrownBy(() -> redirects.next(PUT, to(307, "/v2/y")))
        .isInstanceOf(RegistryFailure.Unsupported.class)
        .hasMessageContaining("circles");
  }
}
