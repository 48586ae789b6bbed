package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64",
    "linux/x86_64, linux/amd64",
    "Linux/AArch64/v8, linux/arm64",
    "linux/arm/v7, linux/arm/v7",
    "linux/arm/v6, linux/arm/v6",
    "linux/amd64/v3, linux/amd64/v3",
  })
  void platform_howeverWritten_hasOneForm(String text, String form) {
    assertThat(Platform.parse(text)).hasToString(form);
  }

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64, true",
    "linux/amd64, linux/amd64/v3, true",
    "linux/amd64/v3, linux/amd64, false",
    "linux/arm/v7, linux/arm/v6, false",
    "linux/arm/v7, linux/arm, true",
    "linux/arm/v6, linux/arm, false",
    "linux/amd64, windows/amd64, false",
  })
  void covers_withAndWithoutVariants(String wanted, String present, boolean covered) {
    assertThat(Platform.parse(wanted).covers(Platform.parse(present))).isEqualTo(covered);
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "linux/", "/amd64", "linux/arm/v7/x", "linux/a b", ""})
  void parse_noPlatform_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Platform.parse(text))
        .withMessageContaining("is no platform");
  }
}
