package dev.cvmfs.shrinkwrap.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ContentHasherTest {

  @ParameterizedTest
  @CsvSource({
    "SHA1, '', da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "SHA1, abc, a9993e364706816aba3e25717850c26c9cd0d89d",
    "RIPEMD160, '', 9c1185a5c5e9fc54612808977ee8f548b2258d31-rmd160",
    "RIPEMD160, abc, 8eb208f7e05d987a9b044a8e98c6b087f15a0bfc-rmd160",
    "SHAKE128, '', 7f9c2ba4e88f827d616045507605853ed73b8093-shake128",
    "SHAKE128, abc, 5881092dd818bf5cf8a3ddb793fbcba74097d5c5-shake128"
  })
  void hash_ofKnownText_isTheKnownOne(HashAlgorithm algorithm, String text, String expected) {
    assertThat(algorithm.hash(text.getBytes(StandardCharsets.US_ASCII))).hasToString(expected);
  }

  @Test
  void hash_ofEmptyZlibStream_isTheOneOfEveryEmptyFile() {
    assertThat(HashAlgorithm.SHA1.hash(HexFormat.of().parseHex("789c030000000001")))
        .hasToString("e8ec3d88b62ebf526e4e5a4ff6162a3aa48a6b78");
  }

  @ParameterizedTest
  @EnumSource
  void hasher_givenPieces_agreesWithTheWhole(HashAlgorithm algorithm) {
    byte[] bytes = "a text in three pieces".getBytes(StandardCharsets.US_ASCII);
    ContentHasher hasher = algorithm.hasher();
    hasher.update(bytes, 0, 1);
    hasher.update(bytes, 1, 12);
    hasher.update(bytes, 13, bytes.length - 13);

    assertThat(hasher.finish()).isEqualTo(algorithm.hash(bytes));
  }
}
