package dev.cvmfs.shrinkwrap.cvmfs.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeoOrderTest {

  @Test
  void answer_thatNamesEachServerOnce_isTheOrder() {
    assertThat(GeoOrder.permutation("3, 1,2\n", List.of("a", "b", "c")))
        .contains(List.of("c", "a", "b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1,2",
        "1,2,3,4",
        "1,2,2",
        "0,1,2",
        "-1,2,3",
        "1,2,x",
        "1,,2,3",
        "1,2,3,",
        "99999,1,2"
      })
  void answer_thatIsNoPermutation_isNotBelieved(String answer) {
    assertThat(GeoOrder.permutation(answer, List.of("a", "b", "c"))).isEmpty();
  }
}
