package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XattrBlobTest {
  /** Two attributes, as a server tool wrote them. */
  private static final byte[] BLOB =
      HexFormat.of().parseHex("01020803757365722E62696E00FF100905757365722E64656D6F68656C6C6F");

  @Test
  void blob_ofTwoAttributes_givesBoth() {
    Map<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);
    expected.put("user.bin".getBytes(StandardCharsets.US_ASCII), new byte[] {0, -1, 16});
    expected.put(
        "user.demo".getBytes(StandardCharsets.US_ASCII),
        "hello".getBytes(StandardCharsets.US_ASCII));
    assertThat(XattrBlob.parse(BLOB)).contains(Xattrs.of(expected));
  }

  @Test
  void emptyBlob_isNoAttributes() {
    assertThat(XattrBlob.parse(new byte[0])).contains(Xattrs.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"02", "01", "0101", "01010101", "0101010161", "01010000", "0202"})
  void brokenBlob_isNone(String hex) {
    assertThat(XattrBlob.parse(HexFormat.of().parseHex(hex))).isEmpty();
  }

  @Test
  void anyBlob_isReadOrRefusedWithoutException() {
    Random random = new Random(42);
    for (int i = 0; i < 50_000; i++) {
      byte[] mutated = Arrays.copyOf(BLOB, random.nextInt(BLOB.length + 4));
      for (int change = random.nextInt(3); change >= 0 && mutated.length > 0; change--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      assertThat(XattrBlob.parse(mutated)).isNotNull();
    }
  }
}
