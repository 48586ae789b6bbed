package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.tree.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.Test;

/** Whose failure it is that a layer cannot be read: its own, or that of the disk it lies on. */
class UnpackedInputTest extends LayerGround {
  private static final String DISK = "Input/output error";

  /** These bytes, and then what a bad block on a disk gives. */
  private static InputStream failingAfter(byte[] bytes) {
    return new SequenceInputStream(
        new ByteArrayInputStream(bytes),
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException(DISK);
          }

          @Override
          public int read(byte[] buffer, int from, int length) throws IOException {
            throw new IOException(DISK);
          }
        });
  }

  private static byte[] noise() {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    return noise;
  }

  private static byte[] zstd() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZstdCompressorOutputStream zstd = new ZstdCompressorOutputStream(out)) {
      zstd.write(noise());
    }
    return out.toByteArray();
  }

  private static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  @Test
  void diskThatFails_isNoDamageOfTheLayer() throws IOException {
    byte[] gzip = HostileLayers.gzip(noise());
    byte[] zstd = zstd();
    byte[] parts = Arrays.copyOfRange(gzip, Gzip.HEADER, gzip.length - Gzip.TRAILER);
    for (InputStream input :
        List.of(
            UnpackedInput.ofMembers(failingAfter(half(gzip)), gzip.length),
            UnpackedInput.ofParts(failingAfter(half(parts)), parts.length),
            UnpackedInput.of(failingAfter(half(gzip)), gzip.length, "gzip", work),
            UnpackedInput.of(failingAfter(half(zstd)), zstd.length, "zstd", work),
            UnpackedInput.of(failingAfter(half(noise())), 100_000, "tar", work))) {
      assertThatThrownBy(input::readAllBytes)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(DISK);
    }
    assertThatThrownBy(() -> UnpackedInput.ofMembers(failingAfter(new byte[0]), 1))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void layerThatIsCut_isDamaged() throws IOException {
    byte[] gzip = HostileLayers.gzip(noise());
    byte[] zstd = zstd();
    for (byte[] cut : List.of(half(gzip), half(zstd))) {
      InputStream input = UnpackedInput.of(new ByteArrayInputStream(cut), cut.length, "any", work);
      assertThatThrownBy(input::readAllBytes).isInstanceOf(LayerFormatException.class);
    }
  }

  @Test
  void examinationOnADiskThatFails_isNoFinding() throws IOException {
    MemoryStore store = new MemoryStore();
    Entry root = RandomEntries.directory("/", RandomEntries.NOON);
    LayerForgery forgery = new LayerForgery(work, store, List.of(root));
    byte[] genuine = forgery.genuine();
    BlobRanges failing =
        new BlobRanges() {
          @Override
          public long size() {
            return genuine.length;
          }

          @Override
          public InputStream open(long offset, long length) {
            return failingAfter(half(genuine));
          }
        };
    LayerExamination examination =
        new LayerExamination(forgery.slice(), open(genuine), failing, work);

    assertThatThrownBy(examination::findings)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(DISK);
    assertThat(
            new LayerExamination(forgery.slice(), open(genuine), LayerForgery.ranges(genuine), work)
                .findings())
        .isEmpty();
  }
}
