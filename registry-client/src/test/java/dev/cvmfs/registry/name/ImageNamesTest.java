package dev.cvmfs.registry.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNamesTest {
  private static final Digest DIGEST = Digest.sha256("x");

  @ParameterizedTest
  @CsvSource({
    "debian,                          registry-1.docker.io/library/debian:latest",
    "debian:12,                       registry-1.docker.io/library/debian:12",
    "root/root-demo,                  registry-1.docker.io/root/root-demo:latest",
    "docker.io/debian,                registry-1.docker.io/library/debian:latest",
    "hub.docker.com/a/b:c,            registry-1.docker.io/a/b:c",
    "index.docker.io/a/b,             registry-1.docker.io/a/b:latest",
    "registry-1.docker.io/a/b,        registry-1.docker.io/a/b:latest",
    "docker://docker.io/a/b,          registry-1.docker.io/a/b:latest",
    "ghcr.io/Org/App:V1,              ghcr.io/org/app:V1",
    "https://GHCR.io/org/app,         ghcr.io/org/app:latest",
    "localhost/x,                     localhost/x:latest",
    "localhost:5000/x/y/z:t,          localhost:5000/x/y/z:t",
    "127.0.0.1:5000/x,                127.0.0.1:5000/x:latest",
    "[::1]:5000/x:t,                  [::1]:5000/x:t",
    "[2001:DB8::1]/x,                 [2001:db8::1]/x:latest",
    "quay.io:443/a/b,                 quay.io/a/b:latest",
    "ghcr.io/my.org/x,                ghcr.io/my.org/x:latest",
  })
  void parse_manyForms_givesTheFullName(String text, String full) {
    assertThat(ImageNames.onDockerHub().parse(text).name()).hasToString(full);
  }

  @ParameterizedTest
  @CsvSource({
    "hub.docker.com,      ROOT/root-demo, registry-1.docker.io/root/root-demo:latest",
    "hub.docker.com,      debian,         registry-1.docker.io/library/debian:latest",
    "https://ghcr.io/,    a/b:1,          ghcr.io/a/b:1",
    "ghcr.io/Org,         app,            ghcr.io/org/app:latest",
    "ghcr.io/org,         quay.io/x/app,  quay.io/x/app:latest",
    "127.0.0.1:5000,      x,              127.0.0.1:5000/x:latest",
  })
  void parse_withDefaultRegistry_isThere(String registry, String text, String full) {
    assertThat(ImageNames.on(registry).parse(text).name()).hasToString(full);
  }

  @ParameterizedTest
  @CsvSource({
    "oci:some/Dir,            some/Dir,   oci:some/Dir:latest",
    "oci:/some/dir:v1,        /some/dir,  oci:/some/dir:v1",
    "oci:../with:colon/x:v1,  ../with:colon/x, oci:../with:colon/x:v1",
    "oci:with@sign,           with@sign,  oci:with@sign:latest",
    "' oci:dir with blanks ', dir with blanks, oci:dir with blanks:latest",
  })
  void parse_layout_isADirectory(String text, String directory, String full) {
    ImageName name = ImageNames.on("ghcr.io").parse(text).name();

    assertThat(name.layout()).contains(Path.of(directory));
    assertThat(name).hasToString(full);
    assertThat(ImageNames.onDockerHub().parse(full).name()).isEqualTo(name);
  }

  @Test
  void parse_layoutWithDigest_keepsIt() {
    ImageName name = ImageNames.onDockerHub().parse("oci:dir@" + DIGEST).name();

    assertThat(name.reference()).isEqualTo(DIGEST.toString());
    assertThat(name.repositoryPath()).isEqualTo("oci:dir");
    assertThat(name.withTag("t")).hasToString("oci:dir:t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:", "oci::tag", "oci:dir:", "oci:dir:no tag", "oci:dir@sha256:12"})
  void parse_layoutNonsense_isRefused(String text) {
    assertThatThrownBy(() -> ImageNames.onDockerHub().parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("oci:DIR[:TAG]");
  }

  @Test
  void parse_capitals_areLoweredAndReported() {
    ImageNames names = ImageNames.on("hub.docker.com");

    assertThat(names.parse("ROOT/root-demo").lowerCased()).isTrue();
    assertThat(names.parse("root/root-demo:Tag").lowerCased()).isFalse();
    assertThat(names.parse("GHCR.io/root/root-demo").lowerCased()).isFalse();
  }

  @Test
  void parse_digest_goesBeforeTheTag() {
    ImageName both = ImageNames.onDockerHub().parse("a/b:c@" + DIGEST).name();
    ImageName digestOnly = ImageNames.onDockerHub().parse("a/b@" + DIGEST).name();

    assertThat(both.tag()).contains("c");
    assertThat(both.reference()).isEqualTo(DIGEST.toString());
    assertThat(digestOnly.tag()).isEmpty();
    assertThat(digestOnly.digest()).contains(DIGEST);
    assertThat(digestOnly.withTag("new")).hasToString("registry-1.docker.io/a/b:new");
  }

  @Test
  void parse_sha512Digest_isKept() {
    String digest = "sha512:" + "ab".repeat(64);

    assertThat(ImageNames.onDockerHub().parse("a/b@" + digest).name().reference())
        .isEqualTo(digest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a//b",
        "a/b:",
        "a/b:c:d",
        "a/b@sha256:12",
        "ghcr.io/",
        "a b",
        "-x",
        "a/b:-t",
        "host:99999/x",
        "[::1/x",
        "http://ghcr.io/a/b",
        "a/ü",
        "a/b?c",
        "my_host:5000/x"
      })
  void parse_nonsense_isRefused(String text) {
    assertThatThrownBy(() -> ImageNames.onDockerHub().parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
