package dev.cvmfs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.CvmfsConf.Pin;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CvmfsConfTest {
  @TempDir Path folder;

  private static CvmfsConf conf(String... keysAndValues) {
    List<Setting> settings = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.add(new Setting(keysAndValues[i], keysAndValues[i + 1], "/etc/x/a.conf", i + 1));
    }
    return CvmfsConf.of(Conf.of(settings, List.of()), "sft.cern.ch");
  }

  @Test
  void servers_withTemplates_areFilledInAndInOrder() {
    CvmfsConf conf =
        conf(
            "CVMFS_SERVER_URL", "http://a/cvmfs/@fqrn@/; https://b:8000/@org@;file:///srv/@fqrn@;");
    assertThat(conf.network().servers())
        .containsExactly(
            URI.create("http://a/cvmfs/sft.cern.ch"),
            URI.create("https://b:8000/sft"),
            URI.create("file:///srv/sft.cern.ch"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://a/b", "/srv/cvmfs", "a.example.org", "http:///x", "http://a b/"})
  void servers_thatAreNotUrlsOfAKnownKind_areRefused(String url) {
    assertThatThrownBy(() -> conf("CVMFS_SERVER_URL", url).network().servers())
        .isInstanceOf(ConfFailure.class)
        .hasMessageStartingWith("/etc/x/a.conf:1: CVMFS_SERVER_URL");
  }

  @Test
  void servers_notSet_areAskedFor() {
    assertThatThrownBy(() -> conf().network().servers())
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("no server for sft.cern.ch: set CVMFS_SERVER_URL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "..", "a b", "@x"})
  void name_thatIsNone_isRefused(String fqrn) {
    assertThatThrownBy(() -> CvmfsConf.of(Conf.empty(), fqrn)).isInstanceOf(ConfFailure.class);
  }

  private static Optional<URI> proxy(String uri) {
    return Optional.of(URI.create(uri));
  }

  @Test
  void proxies_notSet_areDirect() {
    assertThat(conf().network().proxyGroups(Map.of())).containsExactly(List.of(Optional.empty()));
    assertThat(conf("CVMFS_HTTP_PROXY", "").network().proxyGroups(Map.of()))
        .containsExactly(List.of(Optional.empty()));
  }

  @Test
  void proxies_inGroups_keepTheirOrder() {
    assertThat(
            conf("CVMFS_HTTP_PROXY", "http://a:3128|b:3129 ; DIRECT")
                .network()
                .proxyGroups(Map.of()))
        .containsExactly(
            List.of(proxy("http://a:3128"), proxy("http://b:3129")), List.of(Optional.empty()));
  }

  @Test
  void fallbackProxies_replaceDirectConnections() {
    CvmfsConf conf =
        conf("CVMFS_HTTP_PROXY", "a:1;DIRECT", "CVMFS_FALLBACK_PROXY", "DIRECT|b:2;DIRECT");
    assertThat(conf.network().proxyGroups(Map.of()))
        .containsExactly(List.of(proxy("http://a:1")), List.of(proxy("http://b:2")));
  }

  @Test
  void proxy_auto_isRefusedWithAdvice() {
    assertThatThrownBy(
            () -> conf("CVMFS_HTTP_PROXY", "auto;DIRECT").network().proxyGroups(Map.of()))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("PAC")
        .hasMessageContaining("http://squid.example.org:3128");
  }

  @Test
  void proxy_auto_takesTheOneOfTheEnvironmentAndNothingElseDoes() {
    Map<String, String> environment = Map.of("http_proxy", "http://squid:3128/");
    assertThat(conf("CVMFS_HTTP_PROXY", "auto;DIRECT").network().proxyGroups(environment))
        .containsExactly(List.of(proxy("http://squid:3128")), List.of(Optional.empty()));
    assertThat(conf("CVMFS_HTTP_PROXY", "a:1").network().proxyGroups(environment))
        .containsExactly(List.of(proxy("http://a:1")));
    assertThat(conf().network().proxyGroups(environment))
        .containsExactly(List.of(Optional.empty()));
  }

  @Test
  void externalData_hasServersProxiesAndPatienceOfItsOwn() {
    CvmfsConf conf =
        conf(
            "CVMFS_HTTP_PROXY", "a:1",
            "CVMFS_TIMEOUT", "7",
            "CVMFS_EXTERNAL_URL", "http://e/@fqrn@;http://f",
            "CVMFS_EXTERNAL_TIMEOUT_DIRECT", "3");
    assertThat(conf.network().externalServers())
        .containsExactly(URI.create("http://e/sft.cern.ch"), URI.create("http://f"));
    assertThat(conf.network().externalProxyGroups(Map.of()))
        .containsExactly(List.of(Optional.empty()));
    assertThat(conf.network().externalTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(conf.network().externalTimeoutDirect()).isEqualTo(Duration.ofSeconds(3));
    assertThat(conf().network().externalServers()).isEmpty();
  }

  @Test
  void cacheQuota_isOursOrElseCvmfss() {
    assertThat(conf().cacheQuota()).isEmpty();
    assertThat(conf("CVMFS_QUOTA_LIMIT", "-1").cacheQuota()).isEmpty();
    assertThat(conf("CVMFS_QUOTA_LIMIT", "5").cacheQuota()).hasValue(5 << 20);
    assertThat(conf("CVMFS_QUOTA_LIMIT", "5", "OCI_CACHE_QUOTA", "6").cacheQuota())
        .hasValue(6 << 20);
  }

  @Test
  void proxy_withoutPort_isRefusedWithoutItsPassword() {
    assertThatThrownBy(
            () -> conf("CVMFS_HTTP_PROXY", "http://me:secret@a").network().proxyGroups(Map.of()))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("http://host:port")
        .hasMessageNotContaining("secret");
  }

  @Test
  void proxy_thatIsNoUrl_isRefusedWithoutItsPassword_evenInTheTrace() {
    assertThatThrownBy(
            () ->
                conf("CVMFS_HTTP_PROXY", "http://me:secret%@a:3128")
                    .network()
                    .proxyGroups(Map.of()))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("CVMFS_HTTP_PROXY holds something that is not a URL")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void server_ofAnUnknownKind_isNamedWithoutItsPassword() {
    assertThatThrownBy(
            () -> conf("CVMFS_SERVER_URL", "ftp://me:secret@a/@fqrn@").network().servers())
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("'ftp://a/@fqrn@'");
  }

  @ParameterizedTest
  @CsvSource({
    "http://me:secret@squid:3128;DIRECT, http://squid:3128;DIRECT",
    "me:secret@a:1|token@b:2; c:3, a:1|b:2; c:3",
    "http://me:sec@ret@a:1, http://a:1",
    "http://a/cvmfs/@fqrn@;https://me:secret@@org@.b/, http://a/cvmfs/@fqrn@;https://@org@.b/",
    "http://stratum-@org@.b/x@y, http://stratum-@org@.b/x@y",
    "http://squid:3128|http://b:1, http://squid:3128|http://b:1"
  })
  void valueWithoutCredentials_isTheValueOtherwise(String value, String expected) {
    assertThat(new Setting("CVMFS_HTTP_PROXY", value, "test", 0).valueWithoutCredentials())
        .isEqualTo(expected);
  }

  @Test
  void waits_haveCvmfssDefaults() {
    assertThat(conf().network().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(conf().network().timeoutDirect()).isEqualTo(Duration.ofSeconds(10));
    assertThat(conf().network().maxRetries()).isEqualTo(1);
    assertThat(conf().network().backoffInitial()).isEqualTo(Duration.ofSeconds(2));
    assertThat(conf().network().backoffMaximum()).isEqualTo(Duration.ofSeconds(10));
    assertThat(conf().network().lowSpeedLimit()).isEqualTo(1024);
    assertThat(conf("CVMFS_TIMEOUT", "60").network().timeout()).isEqualTo(Duration.ofMinutes(1));
    assertThatThrownBy(() -> conf("CVMFS_TIMEOUT", "0").network().timeout())
        .isInstanceOf(ConfFailure.class);
  }

  @Test
  void relativePaths_countFromTheirFile() {
    CvmfsConf conf = conf("CVMFS_PUBLIC_KEY", "keys/a.pub:/b.pub", "CVMFS_UID_MAP", "../uid.map");
    assertThat(conf.publicKeys()).containsExactly(Path.of("/etc/x/keys/a.pub"), Path.of("/b.pub"));
    assertThat(conf.uidMap()).contains(Path.of("/etc/uid.map"));
    assertThat(conf.gidMap()).isEmpty();
  }

  @Test
  void relativePaths_fromTheCommandLine_countFromTheWorkingDirectory() {
    Conf conf = Conf.of(Map.of("CVMFS_BLACKLIST", "b"), "command line");
    assertThat(CvmfsConf.of(conf, "x.org").blacklists())
        .containsExactly(Path.of("b").toAbsolutePath());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a.", ".a.b", "a..b", "-a.b", "a/b.c", "..", "a.b\n"})
  void names_thatNoRepositoryHas_areRefused(String name) {
    assertThatThrownBy(() -> CvmfsConf.of(Conf.empty(), name))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("not a fully qualified repository name");
    assertThat(CvmfsConf.isName("a".repeat(252) + ".org")).isFalse();
    assertThat(CvmfsConf.isName("a".repeat(251) + ".org")).isTrue();
  }

  @Test
  void keysDirectory_givesAllItsKeysInOrder() throws IOException {
    Files.writeString(folder.resolve("b.pub"), "");
    Files.writeString(folder.resolve("a.pub"), "");
    Files.writeString(folder.resolve("c.key"), "");
    assertThat(conf("CVMFS_KEYS_DIR", folder.toString()).publicKeys())
        .containsExactly(folder.resolve("a.pub"), folder.resolve("b.pub"));
  }

  @ParameterizedTest
  @CsvSource({"., there is no *.pub file in", "none, cannot be read"})
  void keysDirectory_withoutKeys_isRefused(String name, String message) {
    CvmfsConf conf = conf("CVMFS_KEYS_DIR", folder.resolve(name).toString());
    assertThatThrownBy(conf::publicKeys)
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("/etc/x/a.conf:1: CVMFS_KEYS_DIR")
        .hasMessageContaining(message)
        .hasMessageContaining("Set CVMFS_PUBLIC_KEY");
  }

  @Test
  void pin_isTheStrongestOfThoseSet() {
    assertThat(conf().pin()).isEqualTo(new Pin.Newest());
    assertThat(conf("CVMFS_REPOSITORY_DATE", "2026-01-31T23:59:59Z").pin())
        .isEqualTo(new Pin.Date(Instant.parse("2026-01-31T23:59:59Z")));
    assertThat(
            conf("CVMFS_REPOSITORY_TAG", "v1", "CVMFS_REPOSITORY_DATE", "2026-01-31T23:59:59Z")
                .pin())
        .isEqualTo(new Pin.Tag("v1"));
    assertThat(conf("CVMFS_REPOSITORY_TAG", "v1", "CVMFS_ROOT_HASH", "ABC").pin())
        .isEqualTo(new Pin.RootHash("abc"));
    assertThatThrownBy(() -> conf("CVMFS_REPOSITORY_DATE", "yesterday").pin())
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("2026-01-31T23:59:59Z");
  }

  @Test
  void symlinkVariables_areSorted_andNoneByDefault() {
    assertThat(conf().symlinkVariables()).isEmpty();
    assertThat(conf("CVMFS_SHRINKWRAP_SYMLINK_VARS", " B=x=y  A= C_1=/z").symlinkVariables())
        .containsExactly(Map.entry("A", ""), Map.entry("B", "x=y"), Map.entry("C_1", "/z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "=x", "A-B=x", "A=1 A=2", "1A=x"})
  void symlinkVariables_malformed_areRefused(String value) {
    assertThatThrownBy(() -> conf("CVMFS_SHRINKWRAP_SYMLINK_VARS", value).symlinkVariables())
        .isInstanceOf(ConfFailure.class)
        .hasMessageStartingWith("/etc/x/a.conf:1: CVMFS_SHRINKWRAP_SYMLINK_VARS");
  }

  @Test
  void authorization_isRefused() {
    assertThatThrownBy(() -> conf("CVMFS_AUTHZ_HELPER", "/usr/libexec/cvmfs/authz/x"))
        .isInstanceOf(ConfFailure.class)
        .hasMessageStartingWith("/etc/x/a.conf:1: CVMFS_AUTHZ_HELPER")
        .hasMessageContaining("VOMS");
  }

  @Test
  void keys_mayBeNamedAfterTheRepository() {
    assertThat(conf("CVMFS_PUBLIC_KEY", "keys/@fqrn@.pub:@org@.pub").publicKeys())
        .containsExactly(Path.of("/etc/x/keys/sft.cern.ch.pub"), Path.of("/etc/x/sft.pub"));
  }

  /** As published in EESSI's documentation of how to export its software, but for the server. */
  @Test
  void eessisShrinkwrapConfiguration_worksUnchanged() throws IOException {
    Files.writeString(folder.resolve("uid.map"), "* 1001\n");
    Files.writeString(folder.resolve("gid.map"), "* 1001\n");
    Path file =
        Files.writeString(
            folder.resolve("software.eessi.io.config"),
            """
            CVMFS_REPOSITORIES=software.eessi.io
            CVMFS_REPOSITORY_NAME=software.eessi.io
            CVMFS_CONFIG_REPOSITORY=cvmfs-config.cern.ch
            CVMFS_SERVER_URL='http://s1.example.org/cvmfs/software.eessi.io'
            CVMFS_HTTP_PROXY=DIRECT # Avoid filling up any local squid's cache
            CVMFS_CACHE_BASE=/tmp/shrinkwrap
            CVMFS_KEYS_DIR=/etc/cvmfs/keys/eessi.io # Need to be provided for shrinkwrap
            CVMFS_SHARED_CACHE=no # Important as libcvmfs does not support shared caches
            CVMFS_USER=cvmfs
            CVMFS_UID_MAP=uid.map
            CVMFS_GID_MAP=gid.map

            """);

    Conf conf = ConfReader.read(file);

    assertThat(conf.warnings()).isEmpty();
    assertThat(RegistryConf.of(conf, Map.of()).repositories()).containsExactly("software.eessi.io");
    CvmfsConf eessi = CvmfsConf.of(conf, "software.eessi.io");
    assertThat(eessi.network().servers())
        .containsExactly(URI.create("http://s1.example.org/cvmfs/software.eessi.io"));
    assertThat(eessi.network().proxyGroups(Map.of())).containsExactly(List.of(Optional.empty()));
    assertThat(conf.path("CVMFS_KEYS_DIR")).contains(Path.of("/etc/cvmfs/keys/eessi.io"));
    assertThat(eessi.uidMap()).contains(folder.resolve("uid.map"));
    assertThat(eessi.gidMap()).contains(folder.resolve("gid.map"));
  }
}
