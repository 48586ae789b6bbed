package dev.cvmfs.conf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.RegistryAuth.DockerConfig;
import dev.cvmfs.conf.RegistryAuth.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryConfTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("HOME", "/home/x", "LOGIN", "robot+x:p:w\n", "BROKEN", "robot", "BLANK", " ");

  @TempDir private Path folder;

  @Test
  void nothing_givesDefaults() {
    RegistryConf conf = RegistryConf.of(Conf.empty(), ENVIRONMENT);

    assertThat(conf.registry()).isEmpty();
    assertThat(conf.insecureHosts()).isEmpty();
    assertThat(conf.auth()).isEmpty();
    assertThat(conf.destinationTag()).isEmpty();
    assertThat(conf.specificationFor("a.example.org", Optional.empty())).isEmpty();
    assertThat(conf.cache()).isEqualTo(Path.of("/home/x/.cache/cvmfs_shrinkwrap"));
    assertThat(conf.repositories()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ghcr.io, ghcr.io",
    "https://ghcr.io/, ghcr.io",
    "localhost:5000, localhost:5000",
    "registry.example.org/project/x, registry.example.org/project/x",
    "[::1]:5000, [::1]:5000",
  })
  void registry_isTakenWithoutScheme(String written, String registry) {
    assertThat(conf("OCI_REGISTRY=" + written).registry()).contains(registry);
  }

  @Test
  void registry_withHttp_isRefusedWithTheWayToSayIt() {
    assertThatThrownBy(() -> conf("OCI_REGISTRY=http://localhost:5000"))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining(":1: write OCI_REGISTRY without http://")
        .hasMessageContaining("OCI_INSECURE=yes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OCI_INSECURE=yes                             | reg:5000",
        "OCI_INSECURE=ON                              | reg:5000",
        "OCI_INSECURE=no                              | ''",
        "OCI_INSECURE=                                | ''",
        "OCI_INSECURE='a:1, b  c:3,http://d'          | a:1 b c:3 http://d",
      })
  void insecure_yesIsTheRegistry_elseAListOfHosts(String line, String hosts) {
    RegistryConf conf = conf(line + "\nOCI_REGISTRY=reg:5000/x");

    assertThat(conf.insecureHosts())
        .containsExactlyInAnyOrder(hosts.isEmpty() ? new String[0] : hosts.split(" ", -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OCI_INSECURE=yes",
        "OCI_INSECURE=a/b",
        "OCI_REGISTRY=a b",
        "OCI_DEST_TAG=a/b",
        "OCI_DEST_TAG=.a",
        "OCI_GC=sometimes",
        "OCI_GC=101",
        "OCI_GC=-1",
        "OCI_SPEC=none.spec",
        "OCI_SPEC=.",
        "OCI_SPEC_DIR=none",
        "OCI_CA_CERT=none.pem",
        "OCI_AUTH=none.json",
        "OCI_AUTH=/none.json",
        "OCI_AUTH=:x",
        "OCI_AUTH=env:NONE",
        "OCI_AUTH=env:BROKEN",
        "OCI_AUTH=env:BLANK",
        "CVMFS_REPOSITORIES=a",
        "CVMFS_REPOSITORIES=../../x.y",
        "CVMFS_REPOSITORIES=a..b",
        "CVMFS_REPOSITORY_NAME='a.b c/d.e'",
      })
  void setting_unusable_isRefusedWithItsPlace(String line) {
    assertThatThrownBy(() -> conf("\n" + line))
        .isInstanceOf(ConfFailure.class)
        .hasMessageStartingWith(folder.resolve("x.conf") + ":2: ");
  }

  @Test
  void auth_fromEnvironment() {
    assertThat(conf("OCI_AUTH=env:LOGIN").auth()).contains(new Login("robot+x", "p:w"));
  }

  @Test
  void auth_inline_isTaken_withWarningIfOthersCanReadTheFile() throws IOException {
    RegistryConf conf = conf("OCI_AUTH='user:pa/ss$word'");
    assertThat(conf.auth()).contains(new Login("user", "pa/ss$word"));
    assertThat(conf.warnings())
        .containsExactly(
            folder.resolve("x.conf")
                + ":1: OCI_AUTH holds a password, and others on this machine can read it;"
                + " chmod 600 the file, or use OCI_AUTH=env:NAME");

    Files.setPosixFilePermissions(
        folder.resolve("x.conf"), PosixFilePermissions.fromString("rw-------"));
    Conf safe = ConfReader.read(folder.resolve("x.conf"));
    assertThat(RegistryConf.of(safe, ENVIRONMENT).warnings()).isEmpty();
  }

  @Test
  void auth_fromFile_isALoginOrDockersJson() throws IOException {
    write("login", "user:secret\n", "rw-r-----");
    write("config.json", " {\"auths\":{}}", "rw-r--r--");

    RegistryConf login = conf("OCI_AUTH=login");
    assertThat(login.auth()).contains(new Login("user", "secret"));
    assertThat(login.warnings()).singleElement().asString().contains("others on this machine");
    RegistryConf json = conf("OCI_AUTH=./config.json");
    assertThat(json.auth()).contains(new DockerConfig(folder.resolve("./config.json")));
    assertThat(json.warnings()).isEmpty();
  }

  @Test
  void auth_neverPrintsThePassword() throws IOException {
    write("login", "hunter2\n", "rw-------");

    assertThat(conf("OCI_AUTH=user:hunter2").toString()).doesNotContain("hunter2");
    assertThatThrownBy(() -> conf("OCI_AUTH=login")).message().doesNotContain("hunter2");
    assertThatThrownBy(() -> conf("OCI_AUTH=:hunter2")).message().doesNotContain("hunter2");
  }

  @Test
  void specification_oneFile_orAFolderOfThem() throws IOException {
    write("a.spec", "/*", "rw-r--r--");
    Files.createDirectory(folder.resolve("specs"));
    write("specs/a.example.org.spec", "/*", "rw-r--r--");

    assertThat(conf("OCI_SPEC=a.spec").specificationFor("a.example.org", Optional.empty()))
        .contains(folder.resolve("a.spec"));
    RegistryConf inFolder = conf("OCI_SPEC_DIR=specs");
    write("specs/a.example.org.arm64.spec", "/arm64/*", "rw-r--r--");
    assertThat(inFolder.specificationFor("a.example.org", Optional.of("arm64")))
        .contains(folder.resolve("specs/a.example.org.arm64.spec"));
    assertThat(inFolder.specificationFor("a.example.org", Optional.of("amd64")))
        .contains(folder.resolve("specs/a.example.org.spec"));
    assertThat(inFolder.specificationFor("a.example.org", Optional.of("../specs/a.example.org")))
        .contains(folder.resolve("specs/a.example.org.spec"));
    assertThat(inFolder.specificationFor("a.example.org", Optional.empty()))
        .contains(folder.resolve("specs/a.example.org.spec"));
    assertThatThrownBy(() -> inFolder.specificationFor("b.example.org", Optional.empty()))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining(folder.resolve("specs/b.example.org.spec").toString());
  }

  @Test
  void specification_oneForSeveralRepositories_isRefused() throws IOException {
    write("a.spec", "/*", "rw-r--r--");

    assertThatThrownBy(() -> conf("OCI_SPEC=a.spec\nCVMFS_REPOSITORIES=a.b,c.d"))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("OCI_SPEC_DIR");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CVMFS_REPOSITORIES='sft.cern.ch, atlas.cern.ch  cms.cern.ch,' | sft.cern.ch atlas.cern.ch cms.cern.ch",
        "CVMFS_REPOSITORIES=a.b,a.b                                    | a.b",
        "CVMFS_REPOSITORY_NAME=a.b                                     | a.b",
        "CVMFS_REPOSITORIES=sft,x.y;CVMFS_DEFAULT_DOMAIN=cern.ch       | sft.cern.ch x.y",
        "CVMFS_REPOSITORIES=c.d;CVMFS_REPOSITORY_NAME=a.b              | a.b",
      })
  void repositories_areListedOnceInOrder(String lines, String names) {
    assertThat(conf(lines.replace(';', '\n')).repositories()).containsExactly(names.split(" ", -1));
  }

  @Test
  void cache_isRelativeToItsFile() {
    assertThat(conf("OCI_CACHE=cache").cache()).isEqualTo(folder.resolve("cache"));
  }

  private void write(String name, String text, String permissions) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  /** The configuration with these lines, in the file x.conf, which everybody can read. */
  private RegistryConf conf(String text) {
    try {
      write("x.conf", text, "rw-r--r--");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Conf conf = ConfParser.parse(text.getBytes(UTF_8), folder.resolve("x.conf").toString());
    return RegistryConf.of(conf, ENVIRONMENT);
  }
}
