package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InjectionStateTest {
  private static final RepositoryState SHA1 =
      new RepositoryState(ContentHash.parse("a".repeat(40)), 7, Images.digest("spec"));
  private static final RepositoryState SHAKE =
      new RepositoryState(
          ContentHash.parse("b".repeat(40) + "-shake128"), Long.MAX_VALUE, Images.digest("spec"));

  @Test
  void label_severalRepositories_isSortedCompactJson() {
    Map<String, RepositoryState> unsorted = new LinkedHashMap<>();
    unsorted.put("tiny.example.org", SHA1);
    unsorted.put("shake.example.org", SHAKE);

    assertThat(InjectionState.of(unsorted).label())
        .isEqualTo(
            "{\"v\":1,\"repos\":{\"shake.example.org\":{\"root\":\"%s\",\"revision\":9223372036854775807,\"spec\":\"%s\"},\"tiny.example.org\":{\"root\":\"%s\",\"revision\":7,\"spec\":\"%s\"}}}"
                .formatted(
                    SHAKE.rootHash(),
                    SHAKE.specification(),
                    SHA1.rootHash(),
                    SHA1.specification()));
  }

  @Test
  void label_readAgain_isTheSameState() {
    InjectionState state =
        new InjectionState(
            new TreeMap<>(Map.of("a.example.org", SHA1, "b.example.org", SHAKE)),
            new TreeMap<>(Map.of("/config", "absent")));
    List<String> notices = new ArrayList<>();

    assertThat(InjectionState.of(labelled(state.label()), notices::add)).contains(state);
    assertThat(InjectionState.of(labelled("{\"v\":1}"), notices::add))
        .contains(InjectionState.prepared());
    assertThat(notices).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"v\":2,\"repos\":{}}",
        "{}",
        "yes",
        "{\"v\":1,\"v\":1}",
        "{\"v\":1,\"repos\":{\"a\":{\"root\":\"xyz\",\"revision\":1,\"spec\":\"sha256:1\"}}}",
        "{\"v\":1,\"repos\":{\"a\":{\"root\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"revision\":-1,\"spec\":\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}}}",
        "{\"v\":1,\"repos\":{\"a\":{}}}",
      })
  void label_unreadableOrLaterFormat_countsAsAbsentWithANotice(String label) {
    List<String> notices = new ArrayList<>();

    assertThat(InjectionState.of(labelled(label), notices::add)).isEmpty();
    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith("label cvmfs_injection_state ")
        .contains("taken for absent");
  }

  private static ImageConfig labelled(String label) {
    return Images.withLayers("{}", "[]").config().withLabels(Map.of(InjectionLabels.STATE, label));
  }
}
