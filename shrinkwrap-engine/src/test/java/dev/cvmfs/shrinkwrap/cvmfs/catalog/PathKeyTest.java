package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathKeyTest {

  @ParameterizedTest
  @CsvSource({
    "'', 338333539836370388, 9098107892288553193",
    "/a, -2906336618250618618, -744252105585281751",
    "/foo/bar, -2822516800166431715, 9048809318629099454"
  })
  void key_ofPath_isCvmfss(String path, long first, long second) {
    assertThat(PathKey.of(path.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new PathKey(first, second));
  }
}
