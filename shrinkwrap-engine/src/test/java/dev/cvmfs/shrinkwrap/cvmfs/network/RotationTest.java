package dev.cvmfs.shrinkwrap.cvmfs.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotationTest {
  private Instant now = Instant.EPOCH;
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };
  private final Rotation<String> rotation =
      new Rotation<>(List.of("a", "b", "c"), Duration.ofSeconds(100), clock);

  @Test
  void failedMember_isPutLast() {
    rotation.failed("a");
    assertThat(rotation.fromCurrent()).containsExactly("b", "c", "a");
  }

  @Test
  void memberThatOthersHaveLeft_isNotLeftAgain() {
    rotation.failed("a");
    rotation.failed("a");
    assertThat(rotation.current()).isEqualTo("b");
  }

  @Test
  void failedMember_withoutReset_isNeverReturnedTo() {
    Rotation<String> forever = new Rotation<>(List.of("a", "b", "c"), Duration.ZERO, clock);
    forever.failed("a");
    assertThat(forever.current()).isEqualTo("b");
    now = now.plus(Duration.ofDays(365));
    assertThat(forever.fromCurrent()).containsExactly("b", "c", "a");
  }

  @Test
  void firstMember_isPreferredAgainAfterTheReset() {
    rotation.failed("a");
    now = now.plusSeconds(50);
    rotation.failed("b");
    now = now.plusSeconds(49);
    assertThat(rotation.current()).isEqualTo("c");
    now = now.plusSeconds(1);
    assertThat(rotation.current()).isEqualTo("a");
  }
}
