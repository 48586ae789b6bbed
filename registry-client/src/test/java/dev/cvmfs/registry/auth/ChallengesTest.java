package dev.cvmfs.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChallengesTest {

  @Test
  @DisplayName("quirk 1: several challenges, in one field and in several")
  void parse_several_areAllFound() {
    assertThat(
            Challenges.parse(
                List.of("Negotiate, Basic realm=\"a, b\" , Bearer realm=\"https://t/\"", "Digest")))
        .containsExactly(
            new Challenge("negotiate", Map.of()),
            new Challenge("basic", Map.of("realm", "a, b")),
            new Challenge("bearer", Map.of("realm", "https://t/")),
            new Challenge("digest", Map.of()));
  }

  @Test
  @DisplayName("quirk 2: any case, bare values, blanks, commas in quotes")
  void parse_sloppy_isUnderstood() {
    assertThat(
            Challenges.parse(
                List.of(
                    "BEARER Realm = https://t/?a=b ,SCOPE=\"repository:a:pull,push\",error=\"a \\\"b\\\"\"")))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of(
                    "realm",
                    "https://t/?a=b",
                    "scope",
                    "repository:a:pull,push",
                    "error",
                    "a \"b\"")));
  }

  @Test
  void parse_token68_belongsToItsScheme() {
    assertThat(Challenges.parse(List.of("Negotiate YWJj==, Bearer realm=x")))
        .contains(new Challenge("bearer", Map.of("realm", "x")))
        .first()
        .isEqualTo(new Challenge("negotiate", Map.of()));
  }

  @Test
  void parse_garbage_endsAndFindsWhatIsThere() {
    assertThat(
            Challenges.parse(List.of("", "=,\"=\"", "Bearer realm=\"unfinished", "Basic realm=")))
        .contains(new Challenge("bearer", Map.of("realm", "unfinished")));
  }
}
