package dev.cvmfs.injector.inject;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "1234567, 1.2 MB",
    "9223372036854775807, 9.2 EB"
  })
  void bytes_haveOneDigitAfterThePoint(long bytes, String text) {
    assertThat(Amounts.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s",
    "59.94, 59.9 s",
    "59.95, 1 min 0 s",
    "187.4, 3 min 7 s",
    "3599.6, 1 h 0 min",
    "7500, 2 h 5 min"
  })
  void seconds_areRoundedToWhatMatters(double seconds, String text) {
    assertThat(Amounts.seconds(seconds)).isEqualTo(text);
  }

  @Test
  void rate_ofNoTime_isANumber() {
    assertThat(Amounts.rate(5, 0)).isEqualTo("5.0 kB/s");
    assertThat(Amounts.rate(3_000_000, 2)).isEqualTo("1.5 MB/s");
  }
}
