package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.campaign.Effort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

class SplicerTest {
  private static final int[] STRATEGIES = {
    Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY
  };

  /** Content, and a DEFLATE stream of it. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Sample(byte[] plain, byte[] stream) {
    byte[] member() {
      CRC32 crc = new CRC32();
      crc.update(plain);
      return Gzip.member(stream, (int) crc.getValue(), plain.length);
    }

    StoredMember stored() {
      CRC32 crc = new CRC32();
      crc.update(plain);
      return new StoredMember(
          member().length, plain.length, (int) crc.getValue(), StoredMember.USUAL_ZLIB_HEADER);
    }
  }

  private static Sample sample(Random random) {
    byte[] plain = new byte[random.nextInt(1 << random.nextInt(20))];
    int alphabet = 1 + random.nextInt(256);
    int repeat = 1 + random.nextInt(300);
    for (int i = 0; i < plain.length; i++) {
      plain[i] =
          i >= repeat && random.nextInt(10) > 0
              ? plain[i - repeat]
              : (byte) random.nextInt(alphabet);
    }
    return new Sample(plain, deflate(plain, random));
  }

  /** In all ways that zlib has: blocks stored, of fixed and of own codes, flushed in between. */
  private static byte[] deflate(byte[] plain, Random random) {
    if (random.nextInt(8) == 0 && plain.length <= 1 << 16) {
      return new FixedDeflater().deflate(plain, plain.length);
    }
    Deflater deflater = new Deflater(random.nextInt(10), true);
    deflater.setStrategy(STRATEGIES[random.nextInt(STRATEGIES.length)]);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 17];
    int at = 0;
    boolean flushes = random.nextInt(3) == 0;
    while (flushes && at < plain.length) {
      int piece = Math.min(plain.length - at, 1 + random.nextInt(50_000));
      deflater.setInput(plain, at, piece);
      at += piece;
      // Where a strategy is set, the first call does not take all of it.
      while (!deflater.needsInput()) {
        out.write(buffer, 0, deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH));
      }
    }
    if (!flushes) {
      deflater.setInput(plain);
    }
    deflater.finish();
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  private static Splice splice(Sample sample, Splicer splicer, Random random) throws IOException {
    byte[] member = sample.member();
    int at = 0;
    while (at < member.length) {
      int piece = Math.min(member.length - at, 1 + random.nextInt(100_000));
      splicer.write(member, at, piece);
      at += piece;
    }
    return splicer.finish();
  }

  @Test
  void parts_areOneStream_andEachGivesItsMemberBack() throws IOException {
    for (int seed = 0; seed < Effort.of(30, 3000); seed++) {
      Random random = new Random(seed);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      Splicer splicer = new Splicer(stream::write);
      for (int i = 0; i < 6; i++) {
        Sample sample = sample(random);
        assertThat(inflates(sample.stream(), sample.plain())).isTrue();
        plain.writeBytes(sample.plain());
        int start = stream.size();

        Splice splice = splice(sample, splicer, random);

        StoredMember part = sample.stored().spliced(stream.size() - start, splice);
        InputStream stored =
            new ByteArrayInputStream(stream.toByteArray(), start, Math.toIntExact(part.length()));
        assertThat(part.open(stored).readAllBytes())
            .as("seed %d, part %d", seed, i)
            .isEqualTo(sample.member());
      }
      stream.writeBytes(MemberWriter.LAST_BLOCK);
      try (InputStream inflated =
          new InflaterInputStream(
              new ByteArrayInputStream(stream.toByteArray()), new Inflater(true))) {
        assertThat(inflated.readAllBytes()).as("seed %d", seed).isEqualTo(plain.toByteArray());
      }
    }
  }

  /** zlib fills the last byte with zeros, but nobody has to. */
  @Test
  void bitsAfterTheStreamsEnd_areKept() throws IOException {
    byte[] plain = {'a', 'b', 'c'};
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      byte[] stream = deflate(plain, random);
      byte[] filled = stream.clone();
      filled[filled.length - 1] |= (byte) 0x80;
      Sample sample = new Sample(plain, inflates(filled, plain) ? filled : stream);
      ByteArrayOutputStream out = new ByteArrayOutputStream();

      Splice splice = splice(sample, new Splicer(out::write), random);

      StoredMember part = sample.stored().spliced(out.size(), splice);
      assertThat(part.open(new ByteArrayInputStream(out.toByteArray())).readAllBytes())
          .isEqualTo(sample.member());
    }
  }

  private static boolean inflates(byte[] stream, byte[] plain) {
    try (InputStream in =
        new InflaterInputStream(new ByteArrayInputStream(stream), new Inflater(true))) {
      return Arrays.equals(in.readAllBytes(), plain);
    } catch (IOException e) {
      // Then the bit is one of the stream's.
      return false;
    }
  }

  @Test
  void whatIsNoMember_isRefused() {
    Splicer splicer = new Splicer((bytes, from, length) -> {});

    assertThatThrownBy(
            () -> {
              splicer.write(new byte[40], 0, 40);
              splicer.finish();
            })
        .isInstanceOf(IllegalStateException.class);
  }
}
