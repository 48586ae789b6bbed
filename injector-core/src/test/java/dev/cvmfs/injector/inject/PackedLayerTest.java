package dev.cvmfs.injector.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.injector.layer.WrittenLayer;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.remote.RegistryClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers on their way through a file to where they shall be. */
class PackedLayerTest {
  private static final byte[] BYTES = new byte[3_000_000];

  static {
    new Random(1).nextBytes(BYTES);
  }

  @TempDir private Path folder;

  // Made before each test.
  @SuppressWarnings("NullAway.Init")
  private ImageStore store;

  @BeforeEach
  void open() {
    store =
        RegistryClient.connect(
            ImageName.inLayout(folder.resolve("layout"), Optional.of("one"), Optional.empty()),
            RegistryOptions.builder(Map.of()).build());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static WrittenLayer write(OutputStream out) throws IOException {
    // Pieces of all sizes, smaller and larger than the buffer.
    int at = 0;
    for (int length = 1; at < BYTES.length; length *= 3) {
      int end = Math.min(BYTES.length, at + length);
      out.write(BYTES, at, end - at);
      at = end;
    }
    return new WrittenLayer(
        Digest.sha256(BYTES), Digest.sha256("tar"), BYTES.length, 1, 7, Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void layer_packedAndUploaded_isWhereItShallBe(boolean early) throws IOException {
    try (MadeLayer layer =
        PackedLayer.pack(
            folder.resolve("spool"), store, early, Report.Garbage.NONE, PackedLayerTest::write)) {
      assertThat(layer.bytesCopied()).isEqualTo(7);
      assertThat(store.hasBlob(layer.layer().blob())).isFalse();

      layer.upload(ProgressListener.SILENT);
      layer.upload(ProgressListener.SILENT);
    }

    Descriptor blob = new Descriptor("any", Digest.sha256(BYTES), BYTES.length);
    assertThat(store.readBlob(blob, BYTES.length)).isEqualTo(BYTES);
    assertThat(store.counters().bytesSent()).isEqualTo(BYTES.length);
  }

  @Test
  void layer_notUploaded_leavesNothing() throws IOException {
    PackedLayer.pack(
            folder.resolve("spool"), store, true, Report.Garbage.NONE, PackedLayerTest::write)
        .close();

    assertThat(store.hasBlob(Digest.sha256(BYTES))).isFalse();
  }

  @Test
  void packing_thatFails_isToldAsItIs() {
    assertThatThrownBy(
            () ->
                PackedLayer.pack(
                    folder.resolve("spool"),
                    store,
                    true,
                    Report.Garbage.NONE,
                    out -> {
                      throw new IOException("no objects");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("no objects");
  }

  @Test
  void spool_whatIsSaidToBeReadable_isThere() throws IOException {
    Path file = folder.resolve("spool");
    try (OutputStream out =
        new SpoolOutput(
            file,
            readable -> {
              assertThat(bytesOf(file)).isEqualTo(Arrays.copyOf(BYTES, (int) readable));
            })) {
      write(out);
    }
    assertThat(bytesOf(file)).isEqualTo(BYTES);
  }

  private static byte[] bytesOf(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
