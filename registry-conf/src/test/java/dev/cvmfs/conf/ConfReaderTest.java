package dev.cvmfs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfReaderTest {
  @TempDir private Path folder;

  @Test
  void includedFiles_comeFirst_andOwnSettingsWinWhereverTheyStand() throws IOException {
    Files.createDirectory(folder.resolve("cvmfs"));
    write("cvmfs/a.conf", "CVMFS_TIMEOUT=1\nCVMFS_SERVER_URL=a\nCVMFS_MAX_RETRIES=1\n");
    write("cvmfs/b.conf", "CVMFS_TIMEOUT=2\nCVMFS_SERVER_URL=b\n");
    Path main = write("main.conf", "CVMFS_TIMEOUT=3\nCVMFS_CONFIG=cvmfs/a.conf : :cvmfs/b.conf\n");

    Conf conf = ConfReader.read(main);

    assertThat(conf.get("CVMFS_TIMEOUT")).contains("3");
    assertThat(conf.get("CVMFS_SERVER_URL")).contains("b");
    assertThat(conf.get("CVMFS_MAX_RETRIES")).contains("1");
    assertThat(conf.setting("CVMFS_SERVER_URL"))
        .map(Setting::where)
        .contains(folder.resolve("cvmfs/b.conf") + ":2");
    assertThat(conf.warnings()).isEmpty();
  }

  @Test
  void paths_relative_startAtTheFileThatSetsThem() throws IOException {
    Files.createDirectory(folder.resolve("cvmfs"));
    write("cvmfs/a.conf", "CVMFS_KEYS_DIR=keys\nCVMFS_UID_MAP=uid.map\n");
    Path main =
        write("main.conf", "CVMFS_CONFIG=cvmfs/a.conf\nCVMFS_UID_MAP=/etc/uid.map\nOCI_SPEC=\n");

    Conf conf = ConfReader.read(main);

    assertThat(conf.path("CVMFS_KEYS_DIR")).contains(folder.resolve("cvmfs/keys"));
    assertThat(conf.path("CVMFS_UID_MAP")).contains(Path.of("/etc/uid.map"));
    assertThat(conf.path("OCI_SPEC")).isEmpty();
    assertThat(conf.path("OCI_CACHE")).isEmpty();
  }

  @Test
  void includeOfIncluded_isNotFollowed_withWarning() throws IOException {
    Path inner = write("a.conf", "CVMFS_CONFIG=b.conf\n");
    Path main = write("main.conf", "CVMFS_CONFIG=a.conf\n");

    assertThat(ConfReader.read(main).warnings())
        .containsExactly(
            inner + ":1: CVMFS_CONFIG counts only in the file given to the program; ignored");
  }

  @Test
  void includedFile_missing_isNamedWithThePlaceThatNamesIt() throws IOException {
    Path main = write("main.conf", "\nCVMFS_CONFIG=a.conf\n");

    assertThatThrownBy(() -> ConfReader.read(main))
        .isInstanceOf(ConfFailure.class)
        .hasMessage(
            "%s:2: CVMFS_CONFIG names %s, which does not exist", main, folder.resolve("a.conf"));
  }

  @Test
  void file_tooLargeOrNotAFile_isRefused() throws IOException {
    Path large = folder.resolve("large.conf");
    Files.write(large, new byte[(1 << 20) + 1]);

    assertThatThrownBy(() -> ConfReader.read(large)).hasMessageContaining("larger than 1 MiB");
    assertThatThrownBy(() -> ConfReader.read(folder)).hasMessageEndingWith(" is a directory");
    assertThatThrownBy(() -> ConfReader.read(folder.resolve("none.conf")))
        .isInstanceOf(ConfFailure.class)
        .hasMessage("configuration " + folder.resolve("none.conf") + " does not exist");
  }

  @ParameterizedTest
  @CsvSource({
    "CVMFS_SERVER_ULR, CVMFS_SERVER_URL",
    "CMVFS_SERVER_URL, CVMFS_SERVER_URL",
    "OCI_REGISTER, OCI_REGISTRY",
    "OIC_SPEC, OCI_SPEC",
    "oci_registry, OCI_REGISTRY",
    "CVMFS_HTTP_PROXI, CVMFS_HTTP_PROXY",
  })
  void key_misspelt_isWarnedAboutWithTheNearestName(String key, String nearest) throws IOException {
    Path file = write("x.conf", "\n" + key + "=x\n");

    assertThat(ConfReader.read(file).warnings())
        .containsExactly(
            "%s:2: unknown parameter %s; did you mean %s?".formatted(file, key, nearest));
  }

  @Test
  void key_ofOurPrefixButLikeNone_isWarnedAbout() throws IOException {
    Path file = write("x.conf", "CVMFS_PLUGH_XYZZY=x\n");

    assertThat(ConfReader.read(file).warnings())
        .containsExactly(file + ":1: unknown parameter CVMFS_PLUGH_XYZZY");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CMS_LOCAL_SITE",
        "EESSI_HOST_INJECTIONS",
        "CVMFS_EXTERNAL_URL",
        "CVMFS_CACHE_hpc_TYPE",
        "CVMFS_SHARED_CACHE",
        "X509_CERT_BUNDLE"
      })
  void key_knownOrOfSomebodyElse_isNotWarnedAbout(String key) throws IOException {
    assertThat(ConfReader.read(write("x.conf", key + "=x\n")).warnings()).isEmpty();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
