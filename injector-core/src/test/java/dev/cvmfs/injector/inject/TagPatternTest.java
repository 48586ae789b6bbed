package dev.cvmfs.injector.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.registry.Digest;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagPatternTest {
  private static final Digest VERSION = Digest.parse("sha256:" + "0123456789ab".repeat(5) + "cdef");
  private static final Instant NOW = Instant.parse("2026-01-31T23:59:59.7Z");

  private static TagPattern pattern(String text) {
    return TagPattern.of(Conf.of(Map.of("OCI_KEEP_PREVIOUS", text), "test")).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "{tag}-previous, v1-previous, false",
    "{tag}.{digest}, v1.0123456789ab, true",
    "{tag}-{time}, v1-20260131T235959Z, true",
    "old, old, false",
    "{time}_{tag}_{time}, 20260131T235959Z_v1_20260131T235959Z, true",
  })
  void tag_hasWhatThePatternNames_andIsFoundAgain(String text, String tag, boolean onePerVersion) {
    TagPattern pattern = pattern(text);

    assertThat(pattern.tag("v1", VERSION, NOW)).isEqualTo(tag);
    assertThat(pattern.isOnePerVersion()).isEqualTo(onePerVersion);
    assertThat(pattern.time("v1", tag)).contains(text.contains("{time}") ? "20260131T235959Z" : "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1",
        "v2-0123456789ab",
        "v1-0123456789a",
        "v1-0123456789abc",
        "v1-0123456789aX",
        "xv1-0123456789ab",
        "v1x0123456789ab"
      })
  void time_ofTagsOfOthers_isNothing(String tag) {
    assertThat(pattern("{tag}-{digest}").time("v1", tag)).isEmpty();
  }

  @Test
  void time_ofTagWithCharactersOfExpressions_isTakenLiterally() {
    assertThat(pattern("{tag}.kept").time("1.0", "1.0.kept")).isPresent();
    assertThat(pattern("{tag}.kept").time("1.0", "1x0.kept")).isEmpty();
    assertThat(pattern("{tag}.kept").time("1.0", "1.0xkept")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{tag}", "-{tag}", "{tag} old", "{tags}-x", "a/b", "{tag}:x"})
  void pattern_thatMakesNoTag_isRefused(String text) {
    assertThatThrownBy(() -> pattern(text))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("OCI_KEEP_PREVIOUS is '" + text + "'");
  }

  @Test
  void tag_tooLongOrTheSame_isRefused() {
    assertThatThrownBy(() -> pattern("{tag}-previous").tag("t".repeat(120), VERSION, NOW))
        .isInstanceOf(ConfFailure.class);
    assertThatThrownBy(() -> pattern("stable").tag("stable", VERSION, NOW))
        .isInstanceOf(ConfFailure.class);
  }
}
