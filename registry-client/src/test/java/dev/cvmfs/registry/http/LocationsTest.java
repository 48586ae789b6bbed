package dev.cvmfs.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationsTest {
  private static final URI BASE = URI.create("https://reg.example.org/v2/a/blobs/uploads/");

  @ParameterizedTest
  @CsvSource({
    "https://other.example.org/x?y=%2F+z&&e=, https://other.example.org/x?y=%2F+z&&e=",
    "/x?y=%2F,                  https://reg.example.org/x?y=%2F",
    "uuid?y=1,                  https://reg.example.org/v2/a/blobs/uploads/uuid?y=1",
    "//other.example.org/x,     https://other.example.org/x",
    "?y=1,                      https://reg.example.org/v2/a/blobs/uploads/?y=1",
    "/a b|c{d}é?s=\"<>\",       https://reg.example.org/a%20b%7Cc%7Bd%7D%C3%A9?s=%22%3C%3E%22",
  })
  @DisplayName("quirk 18: Location in all forms, to the letter")
  void resolve_anyForm_isAbsoluteAndVerbatim(String location, String expected) {
    assertThat(Locations.resolve(BASE, location)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https://reg.example.org:5000, http://reg.example.org/x?a=%2B, https://reg.example.org:5000/x?a=%2B",
    "https://reg.example.org,      http://reg.example.org:80/x,    https://reg.example.org/x",
    "https://reg.example.org,      https://reg.example.org:443/x,  https://reg.example.org:443/x",
    "https://reg.example.org:5000, https://reg.example.org/x,      https://reg.example.org:5000/x",
    "https://reg.example.org,      https://up.example.org/x,       https://up.example.org/x",
    "http://reg.example.org:5000,  http://reg.example.org/x,       http://reg.example.org:5000/x",
    "http://reg.example.org:5000,  http://reg.example.org:5001/x,  http://reg.example.org:5001/x",
  })
  @DisplayName("quirk 19: scheme or port lost behind a TLS proxy")
  void ofUpload_sameHost_isMended(URI base, String location, String expected) {
    assertThat(Locations.ofUpload(base, location)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "http://other.example.org/x",
    "https://127.0.0.1/x",
    "https://169.254.169.254/latest/meta-data",
    "ftp://reg.example.org/x",
    "https:///x"
  })
  @DisplayName("quirk 17: no way down to http or into private nets")
  void ofUpload_weaker_isRefused(String location) {
    assertThatThrownBy(() -> Locations.ofUpload(BASE, location))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void redaction_url_hidesAllButHarmlessValues() {
    assertThat(
            Redaction.url(
                URI.create(
                    "https://u:p@h.org:1/x/y?digest=sha256:1&X-Amz-Signature=abc&_state=s3&flag")))
        .isEqualTo("https://h.org:1/x/y?digest=sha256:1&X-Amz-Signature=…&_state=…&flag");
  }
}
