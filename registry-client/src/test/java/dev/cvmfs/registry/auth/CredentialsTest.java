package dev.cvmfs.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.Credential;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.RegistryOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
  private static final ImageName GHCR = ImageName.ofTag("ghcr.io", "org/team/app", "latest");
  private static final ImageName HUB =
      ImageName.ofTag("registry-1.docker.io", "library/debian", "latest");

  @TempDir private Path home;

  private final Map<String, String> environment = new HashMap<>();

  private Optional<Credential> find(ImageName name) {
    environment.putIfAbsent("HOME", home.toString());
    RegistryOptions options = RegistryOptions.builder(environment).build();
    return new Credentials(options, Duration.ofMillis(500)).find(name);
  }

  private void docker(String json) throws IOException {
    write(home.resolve(".docker/config.json"), json);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String auth(String userAndPassword) {
    String base64 =
        Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    return "{\"auth\":\"" + base64 + "\"}";
  }

  private static Optional<Credential> user(String user, String password) {
    return Optional.of(new Credential.UserPassword(user, password));
  }

  private void helper(String name, String script) throws IOException {
    Path program = home.resolve("bin/docker-credential-" + name);
    write(program, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.put("PATH", home.resolve("bin") + ":/usr/bin:/bin");
  }

  @Test
  void find_nothing_isNobody() {
    assertThat(find(GHCR)).isEmpty();
  }

  @Test
  void find_dockerConfig_decodesAuth() throws IOException {
    docker("{\"auths\":{\"ghcr.io\":%s}}".formatted(auth("alice:pass:word")));

    assertThat(find(GHCR)).isEqualTo(user("alice", "pass:word"));
    assertThat(find(HUB)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://index.docker.io/v1/",
        "docker.io",
        "registry-1.docker.io",
        "https://Index.Docker.io"
      })
  @DisplayName("quirk 12: the keys of Docker Hub")
  void find_dockerHub_underItsManyNames(String key) throws IOException {
    docker("{\"auths\":{\"%s\":%s}}".formatted(key, auth("alice:pw")));

    assertThat(find(HUB)).isEqualTo(user("alice", "pw"));
  }

  @Test
  @DisplayName("quirk 12: podman's keys with paths, the longest first")
  void find_podman_pathScopedKeyWins() throws IOException {
    write(
        home.resolve(".config/containers/auth.json"),
        "{\"auths\":{\"ghcr.io\":%s,\"ghcr.io/org\":%s,\"ghcr.io/org/team/ap\":%s}}"
            .formatted(auth("host:1"), auth("org:2"), auth("other:3")));

    assertThat(find(GHCR)).isEqualTo(user("org", "2"));
    assertThat(find(ImageName.ofTag("ghcr.io", "else/app", "x"))).isEqualTo(user("host", "1"));
  }

  @Test
  @DisplayName("quirk 12: identity and registry tokens")
  void find_tokens_areToldApart() throws IOException {
    docker(
        """
        {"auths":{"a.io":{"identitytoken":"id","auth":"eDp5"},
                  "b.io":{"registrytoken":"reg"},
                  "c.io":%s,
                  "d.io":{"username":"u","password":"p"}}}"""
            .formatted(auth("<token>:refresh")));

    assertThat(find(ImageName.ofTag("a.io", "x", "x")))
        .contains(new Credential.IdentityToken("id"));
    assertThat(find(ImageName.ofTag("b.io", "x", "x")))
        .contains(new Credential.RegistryToken("reg"));
    assertThat(find(ImageName.ofTag("c.io", "x", "x")))
        .contains(new Credential.IdentityToken("refresh"));
    assertThat(find(ImageName.ofTag("d.io", "x", "x"))).isEqualTo(user("u", "p"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"auth\":\"bm9jb2xvbg==\"}", "{\"auth\":\"%%%\"}", "{}", "7"})
  void find_entryOfNoUse_isNobody(String entry) throws IOException {
    docker("{\"auths\":{\"ghcr.io\":%s}}".formatted(entry));

    assertThat(find(GHCR)).isEmpty();
  }

  @Test
  void find_order_explicitThenEnvironmentThenDockerThenPodman() throws IOException {
    docker("{\"auths\":{\"ghcr.io\":%s}}".formatted(auth("docker:1")));
    write(
        home.resolve(".config/containers/auth.json"),
        "{\"auths\":{\"ghcr.io\":%s,\"quay.io\":%s}}".formatted(auth("podman:2"), auth("quay:2")));
    assertThat(find(GHCR)).isEqualTo(user("docker", "1"));
    assertThat(find(ImageName.ofTag("quay.io", "x", "x"))).isEqualTo(user("quay", "2"));

    write(home.resolve("elsewhere/config.json"), "{\"auths\":{}}");
    environment.put("DOCKER_CONFIG", home.resolve("elsewhere").toString());
    assertThat(find(GHCR)).isEqualTo(user("podman", "2"));

    write(home.resolve("auth.json"), "{\"auths\":{\"ghcr.io\":%s}}".formatted(auth("env:3")));
    environment.put("REGISTRY_AUTH_FILE", home.resolve("auth.json").toString());
    assertThat(find(GHCR)).isEqualTo(user("env", "3"));

    Path file = home.resolve("mine.json");
    write(file, "{\"auths\":{\"ghcr.io\":%s}}".formatted(auth("file:4")));
    RegistryOptions.Builder options = RegistryOptions.builder(environment).credentialFile(file);
    assertThat(new Credentials(options.build()).find(GHCR)).isEqualTo(user("file", "4"));

    options.credential(new Credential.UserPassword("me", "5"));
    assertThat(new Credentials(options.build()).find(GHCR)).isEqualTo(user("me", "5"));
  }

  @Test
  void find_brokenUsualFile_isPassedOver() throws IOException {
    docker("{ not json");

    assertThat(find(GHCR)).isEmpty();
  }

  @Test
  void find_brokenOrMissingNamedFile_isOurFailureWithoutItsContent() throws IOException {
    Path broken = home.resolve("broken.json");
    write(broken, "{\"auths\": s3cret }");
    for (Path file : new Path[] {broken, home.resolve("missing.json")}) {
      RegistryOptions options = RegistryOptions.builder(environment).credentialFile(file).build();

      assertThatThrownBy(() -> new Credentials(options).find(GHCR))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(file.toString())
          .hasMessageNotContaining("s3cret");
    }
  }

  @Test
  void helper_ofTheRegistry_goesBeforeStoreAndEntries() throws IOException {
    helper(
        "one", "read server; echo \"{\\\"Username\\\":\\\"$server\\\",\\\"Secret\\\":\\\"1\\\"}\"");
    helper("store", "echo '{\"Username\":\"store\",\"Secret\":\"2\"}'");
    docker(
        "{\"credsStore\":\"store\",\"credHelpers\":{\"ghcr.io\":\"one\"},\"auths\":{\"ghcr.io\":%s}}"
            .formatted(auth("entry:3")));

    assertThat(find(GHCR)).isEqualTo(user("ghcr.io", "1"));
    assertThat(find(HUB)).isEqualTo(user("store", "2"));
  }

  @Test
  void helper_dockerHub_isAskedByItsOldUrl() throws IOException {
    helper(
        "one",
        "read server; echo \"{\\\"Username\\\":\\\"<token>\\\",\\\"Secret\\\":\\\"$server\\\"}\"");
    docker("{\"credsStore\":\"one\"}");

    assertThat(find(HUB)).contains(new Credential.IdentityToken("https://index.docker.io/v1/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit 1", "echo garbage", "exec sleep 60", "exec 0<&-; exit 3"})
  void helper_failsOrHangs_isPassedOver(String script) throws IOException {
    helper("bad", script);
    docker("{\"credsStore\":\"bad\",\"auths\":{\"ghcr.io\":%s}}".formatted(auth("entry:3")));

    assertThat(find(GHCR)).isEqualTo(user("entry", "3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo s3cret", "echo '{\"Secret\": s3cret}'", "echo '\"s3cret\"'"})
  void helper_printsItsSecretInAnotherForm_keepsItOutOfTheLog(String script) throws IOException {
    helper("bare", script);
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      CredentialHelper helper = new CredentialHelper(environment, Duration.ofMinutes(1));
      assertThat(helper.get("bare", "ghcr.io")).isEmpty();
    } finally {
      System.setErr(before);
    }

    assertThat(log.toString(StandardCharsets.UTF_8))
        .contains("docker-credential-bare", "its answer is not")
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "../../bin/evil", ""})
  void helper_missingOrNotAName_isPassedOver(String name) throws IOException {
    docker("{\"credsStore\":\"%s\",\"auths\":{\"ghcr.io\":%s}}".formatted(name, auth("entry:3")));

    assertThat(find(GHCR)).isEqualTo(user("entry", "3"));
  }

  @Test
  void toString_everyCredential_keepsItsSecret() {
    assertThat(
            new Credential.UserPassword("u", "s3cret")
                + " "
                + new Credential.IdentityToken("s3cret")
                + new Credential.RegistryToken("s3cret")
                + new BearerToken("s3cret", Instant.EPOCH, Duration.ofHours(1)))
        .doesNotContain("s3cret");
  }
}
