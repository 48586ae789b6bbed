package dev.cvmfs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemConfTest {
  private static final String FQRN = "sft.cern.ch";

  @TempDir private Path folder;
  private final List<String> fetched = new ArrayList<>();

  private final ConfigRepository configRepository =
      (fqrn, conf) -> {
        fetched.add(fqrn + " from " + conf.settings().get("CVMFS_SERVER_URL").orElse("nowhere"));
        return folder.resolve("fetched");
      };

  @BeforeEach
  void writeUsualDefaults() throws IOException {
    // As CernVM-FS's package has it.
    write(
        "etc/default.conf",
        """
        CVMFS_DEFAULT_DOMAIN=cern.ch
        CVMFS_CLAIM_OWNERSHIP=yes
        CVMFS_KEYS_DIR=/etc/cvmfs/keys
        if [ "x$CVMFS_BASE_ENV" = "x" ]; then
          readonly CVMFS_USER=cvmfs
          readonly CVMFS_MOUNT_DIR=/cvmfs
          readonly CVMFS_BASE_ENV=1
        fi
        """);
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Conf read() {
    return SystemConf.read(folder.resolve("etc"), FQRN, configRepository).settings();
  }

  @Test
  void files_areReadInCvmfssOrder() throws IOException {
    List<String> order =
        List.of(
            "etc/default.d/10-a.conf",
            "etc/default.d/20-b.conf",
            "fetched/etc/cvmfs/default.conf",
            "etc/default.local",
            "fetched/etc/cvmfs/domain.d/cern.ch.conf",
            "etc/domain.d/cern.ch.conf",
            "etc/domain.d/cern.ch.local",
            "fetched/etc/cvmfs/config.d/sft.cern.ch.conf",
            "etc/config.d/sft.cern.ch.conf",
            "etc/config.d/sft.cern.ch.local");
    for (String name : order) {
      write(name, "CVMFS_TRACE=\"$CVMFS_TRACE $CVMFS_FQRN:" + name + "\"\n");
    }
    write("etc/default.d/10-a.conf", "CVMFS_CONFIG_REPOSITORY=config.cern.ch\nCVMFS_TRACE=\"\"\n");
    write("etc/config.d/other.cern.ch.conf", "CVMFS_TRACE=wrong\n");
    write("etc/default.d/readme.txt", "CVMFS_TRACE=wrong\n");

    assertThat(read().get("CVMFS_TRACE").orElseThrow().strip().split(" "))
        .containsExactlyElementsOf(
            order.subList(1, order.size()).stream().map(name -> FQRN + ":" + name).toList());
  }

  @Test
  void configRepository_isFetchedWithItsOwnSettings_andItsKeysAreFound() throws IOException {
    write("etc/default.d/50-cern.conf", "CVMFS_CONFIG_REPOSITORY=config.example.org\n");
    write("etc/domain.d/example.org.conf", "CVMFS_SERVER_URL=http://config/cvmfs/@fqrn@\n");
    write("etc/default.local", "CVMFS_HTTP_PROXY=DIRECT\nCVMFS_CONFIG_REPOSITORY=evil.org\n");
    // As the public configuration repository has them.
    write(
        "fetched/etc/cvmfs/common.conf",
        """
        if [ -z "$CVMFS_USE_CDN" ]; then
          if [ "$CVMFS_HTTP_PROXY" = "DIRECT" ] || [ "$CVMFS_HTTP_PROXY" = "auto;DIRECT" ]; then
            CVMFS_USE_CDN=yes
          fi
        fi
        CVMFS_LOW_SPEED_LIMIT=7
        """);
    write("fetched/etc/cvmfs/default.conf", "CVMFS_HTTP_PROXY=\"auto;DIRECT\"\n");
    write(
        "fetched/etc/cvmfs/domain.d/cern.ch.conf",
        """
        CVMFS_USE_CDN="$CVMFS_USE_CDN"
        . ../common.conf
        if [ "$CVMFS_USE_CDN" = "yes" ]; then
            CVMFS_SERVER_URL="http://cdn/cvmfs/@fqrn@"
        else
            CVMFS_SERVER_URL="http://s1/cvmfs/@fqrn@"
        fi
        CVMFS_KEYS_DIR=$CVMFS_MOUNT_DIR/$CVMFS_CONFIG_REPOSITORY/etc/cvmfs/keys/cern.ch
        """);

    Conf conf = read();

    assertThat(fetched).containsExactly("config.example.org from http://config/cvmfs/@fqrn@");
    assertThat(conf.get("CVMFS_CONFIG_REPOSITORY")).contains("config.example.org");
    assertThat(conf.get("CVMFS_SERVER_URL")).contains("http://cdn/cvmfs/@fqrn@");
    assertThat(conf.setting("CVMFS_SERVER_URL").orElseThrow().where())
        .isEqualTo("/cvmfs/config.example.org/etc/cvmfs/domain.d/cern.ch.conf:4");
    assertThat(conf.path("CVMFS_KEYS_DIR"))
        .contains(folder.resolve("fetched/etc/cvmfs/keys/cern.ch"));
    // Set only by the included file, so CVMFS does not see it.
    assertThat(conf.get("CVMFS_LOW_SPEED_LIMIT")).isEmpty();
    assertThat(conf.warnings()).isEmpty();
  }

  @Test
  void withoutConfigRepository_nothingIsFetched() throws IOException {
    write("etc/config.d/sft.cern.ch.local", "CVMFS_SERVER_ULR=x\n");

    Conf conf = read();

    assertThat(fetched).isEmpty();
    assertThat(conf.flag("CVMFS_CLAIM_OWNERSHIP", false)).isTrue();
    assertThat(conf.warnings())
        .containsExactly(
            folder.resolve("etc/config.d/sft.cern.ch.local")
                + ":1: unknown parameter CVMFS_SERVER_ULR; did you mean CVMFS_SERVER_URL?");
  }

  @Test
  void includedFile_missing_isRefusedWithThePlaceThatNamesIt() throws IOException {
    Path local = write("etc/default.local", "\n. ./none.conf\n");

    assertThatThrownBy(this::read)
        .isInstanceOf(ConfFailure.class)
        .hasMessage("%s:2: ./none.conf, which is to be read there, does not exist", local);
  }

  @Test
  void includedFile_thatIncludesItself_isRefused() throws IOException {
    write("etc/default.local", ". ./default.local\n");

    assertThatThrownBy(this::read)
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("is read by a file that is read by it");
  }

  @Test
  void presence_isThatOfItsFiles() {
    assertThat(SystemConf.isPresent(folder.resolve("etc"))).isTrue();
    assertThat(SystemConf.isPresent(folder)).isFalse();
  }
}
