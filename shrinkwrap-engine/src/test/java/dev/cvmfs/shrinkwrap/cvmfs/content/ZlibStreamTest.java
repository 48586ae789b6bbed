package dev.cvmfs.shrinkwrap.cvmfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZlibStreamTest {

  private static byte[] deflate(byte[] plain) throws IOException {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(stored)) {
      deflater.write(plain);
    }
    return stored.toByteArray();
  }

  private static byte[] inflate(byte[] stored, long limit) throws IOException {
    try (ZlibStream stream = new ZlibStream(new ByteArrayInputStream(stored), "it", limit)) {
      return stream.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 32768, 1_000_000})
  void stream_ofAnySize_comesBack(int size) throws IOException {
    byte[] plain = new byte[size];
    new Random(size).nextBytes(plain);
    assertThat(inflate(deflate(plain), size)).isEqualTo(plain);
  }

  @Test
  void stream_cutAnywhere_isRefused() throws IOException {
    byte[] stored = deflate(new byte[1000]);
    for (int length = 0; length < stored.length; length++) {
      byte[] cut = Arrays.copyOf(stored, length);
      assertThatThrownBy(() -> inflate(cut, 1000))
          .isInstanceOf(CvmfsFailure.Data.class)
          .hasMessage("it ends in the middle of its zlib data");
    }
  }

  @Test
  void stream_withMoreBehindIt_isRefused() throws IOException {
    byte[] stored = deflate(new byte[1000]);
    byte[] longer = Arrays.copyOf(stored, stored.length + 1);
    assertThatThrownBy(() -> inflate(longer, 1000))
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessage("it has bytes after the end of its zlib data");
  }

  @Test
  void stream_longerThanAllowed_isRefused() throws IOException {
    byte[] stored = deflate(new byte[1000]);
    assertThatThrownBy(() -> inflate(stored, 999))
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessage("it inflates to more than the 999 bytes it should have");
  }

  @Test
  void streamThatIsNone_isRefused() {
    assertThatThrownBy(() -> inflate(new byte[] {1, 2, 3}, 999))
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("it is not zlib data");
  }
}
