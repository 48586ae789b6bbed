package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class FixedDeflaterTest {

  @Test
  void deflate_ofRandomMixtures_inflatesToTheSame() throws DataFormatException {
    FixedDeflater deflater = new FixedDeflater();
    for (int seed = 0; seed < 400; seed++) {
      byte[] input = mixture(new Random(seed));
      assertThat(inflate(deflater.deflate(input, input.length), input.length))
          .as("seed %d", seed)
          .isEqualTo(input);
    }
  }

  /** Golden: a change here changes the digest of every layer. */
  @Test
  void deflate_ofKnownInputs_givesKnownBytes() {
    FixedDeflater deflater = new FixedDeflater();
    assertThat(HexFormat.of().formatHex(deflater.deflate(new byte[0], 0))).isEqualTo("0300");
    assertThat(HexFormat.of().formatHex(deflater.deflate(new byte[1024], 1024)))
        .isEqualTo("631805a360148c580000");
  }

  @Test
  void deflate_ofTarHeaders_isATenthOfThem() {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    Attributes attributes =
        new Attributes(0644, 0, 0, new Timestamp(1_709_294_400, 123_456_789), Xattrs.NONE);
    for (int i = 0; i < 40; i++) {
      headers.writeBytes(
          TarEncoder.encode(
              TarEntry.file(ByteString.of("cvmfs/sft.cern.ch/lib/libCore." + i), attributes, i)));
    }
    byte[] plain = headers.toByteArray();
    assertThat(new FixedDeflater().deflate(plain, plain.length).length)
        .isLessThan(plain.length / 20);
  }

  private static byte[] mixture(Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int target = random.nextInt(100_000);
    while (out.size() < target) {
      byte[] piece = new byte[random.nextInt(600)];
      switch (random.nextInt(4)) {
        case 0 -> random.nextBytes(piece);
        case 1 -> {
          for (int i = 0; i < piece.length; i++) {
            piece[i] = (byte) "abcdef".charAt(random.nextInt(6));
          }
        }
        case 2 -> {
          byte[] before = out.toByteArray();
          int from = before.length == 0 ? 0 : random.nextInt(before.length);
          piece =
              java.util.Arrays.copyOfRange(
                  before, from, Math.min(before.length, from + piece.length));
          out.write(0);
        }
        default -> {
          // Zeros, as they fill tar headers.
        }
      }
      out.writeBytes(piece);
    }
    return out.toByteArray();
  }

  private static byte[] inflate(byte[] deflated, int size) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    inflater.setInput(deflated);
    byte[] plain = new byte[size + 1];
    int count = 0;
    while (!inflater.finished()) {
      int step = inflater.inflate(plain, count, plain.length - count);
      if (step == 0 && !inflater.finished()) {
        throw new DataFormatException("stuck at " + count);
      }
      count += step;
    }
    assertThat(inflater.getRemaining()).isZero();
    inflater.end();
    return java.util.Arrays.copyOf(plain, count);
  }
}
