package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.ConfFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdMapTest {
  @TempDir Path temporary;

  private IdMap map(String text) throws IOException {
    return IdMap.read(Files.writeString(temporary.resolve("uid.map"), text));
  }

  @Test
  void map_withoutStar_leavesOthers() throws IOException {
    IdMap map = map("# owners\n\n 1000 0 \n1001  2\n");
    assertThat(map.map(1000)).isZero();
    assertThat(map.map(1001)).isEqualTo(2);
    assertThat(map.map(1002)).isEqualTo(1002);
  }

  @Test
  void map_withStar_mapsAllOthers() throws IOException {
    IdMap map = map("* 1000\n0 0\n");
    assertThat(map.map(0)).isZero();
    assertThat(map.map(12345)).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1 2 3", "a 1", "1 *", "-1 1", "1 4294967296", "1,2"})
  void map_withBadLine_isRefusedWithItsNumber(String line) {
    assertThatThrownBy(() -> map("0 0\n" + line + "\n"))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("uid.map:2: '" + line + "'");
  }

  @Test
  void map_missing_isRefused() {
    assertThatThrownBy(() -> IdMap.read(temporary.resolve("none")))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("CVMFS_UID_MAP");
  }
}
