package dev.cvmfs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfLocatorTest {
  @TempDir private Path folder;
  private Path user;
  private Path system;
  private ConfLocator locator;

  @BeforeEach
  void makeFolders() throws IOException {
    user = Files.createDirectory(folder.resolve("user"));
    system = Files.createDirectory(folder.resolve("system"));
    locator = new ConfLocator(List.of(user, system));
  }

  @Test
  void name_inSeveralPlaces_userGoesBeforeSystemBeforePresets() throws IOException {
    assertThat(locator.load("quay.io.conf").get("OCI_REGISTRY")).contains("quay.io");

    Files.writeString(system.resolve("quay.io.conf"), "OCI_REGISTRY=system\n");
    assertThat(locator.load("quay.io.conf").get("OCI_REGISTRY")).contains("system");

    Files.writeString(user.resolve("quay.io.conf"), "OCI_REGISTRY=user\n");
    assertThat(locator.load("quay.io.conf").get("OCI_REGISTRY")).contains("user");
  }

  @Test
  void path_isReadItself() throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "OCI_REGISTRY=path\n");

    assertThat(locator.load(file.toString()).get("OCI_REGISTRY")).contains("path");
  }

  @Test
  void path_toPipe_isRead() {
    assertThat(locator.load("/dev/null").settings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "hub.docker.com.conf, docker.io",
    "hub.docker.com, docker.io",
    "ghcr.io, ghcr.io",
    "quay.io, quay.io",
    "localhost, localhost:5000"
  })
  void preset_isAValidConfigurationWithoutWarnings(String name, String registry) {
    Conf conf = locator.load(name);

    assertThat(conf.warnings()).isEmpty();
    assertThat(RegistryConf.of(conf, Map.of("HOME", "/home/x")).registry()).contains(registry);
  }

  @Test
  void name_nowhere_isRefusedWithThePlacesLookedAt() {
    assertThatThrownBy(() -> locator.load("nope"))
        .isInstanceOf(ConfFailure.class)
        .hasMessage(
            String.join(
                "\n",
                "there is no configuration 'nope'; it was looked for as",
                Path.of("nope").toAbsolutePath().toString(),
                user.resolve("nope").toString(),
                user.resolve("nope.conf").toString(),
                system.resolve("nope").toString(),
                system.resolve("nope.conf").toString(),
                "and among the presets: ghcr.io.conf, hub.docker.com.conf, localhost.conf,"
                    + " quay.io.conf"));
  }

  @Test
  void path_toNothing_isNotLookedForElsewhere() throws IOException {
    Files.createDirectory(user.resolve("sub"));
    Files.writeString(user.resolve("sub/x.conf"), "");

    assertThatThrownBy(() -> locator.load("sub/x.conf")).isInstanceOf(ConfFailure.class);
    assertThatThrownBy(() -> locator.load("")).isInstanceOf(ConfFailure.class);
    assertThatThrownBy(() -> locator.load("a\0b")).isInstanceOf(ConfFailure.class);
  }

  @Test
  void userFolders_followTheEnvironment() {
    assertThat(UserFolders.of(Map.of("HOME", "/home/x")))
        .isEqualTo(
            new UserFolders(
                Path.of("/home/x/.config/cvmfs_shrinkwrap"),
                Path.of("/home/x/.cache/cvmfs_shrinkwrap")));
    assertThat(
            UserFolders.of(
                Map.of("HOME", "/home/x", "XDG_CONFIG_HOME", "/c", "XDG_CACHE_HOME", "relative")))
        .isEqualTo(
            new UserFolders(
                Path.of("/c/cvmfs_shrinkwrap"), Path.of("/home/x/.cache/cvmfs_shrinkwrap")));
  }
}
