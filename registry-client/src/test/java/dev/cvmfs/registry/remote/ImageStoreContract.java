package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.EarlyUpload;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.Referrer;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.testing.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every store of images does, wherever it keeps them. */
interface ImageStoreContract {
  byte[] BYTES = Bytes.random(100_000, 1);
  Descriptor BLOB = Bytes.describe(BYTES);
  RawManifest IMAGE = Bytes.manifest("contract");

  /** A store in which nothing is. */
  ImageStore store();

  @Test
  default void blob_pushedTwice_isSentOnce() throws IOException {
    ImageStore store = store();
    assertThat(store.hasBlob(BLOB.digest())).isFalse();

    assertThat(store.pushBlob(BLOB, BlobSource.of(BYTES))).isTrue();
    assertThat(store.pushBlob(BLOB, BlobSource.of(BYTES))).isFalse();

    assertThat(store.hasBlob(BLOB.digest())).isTrue();
    assertThat(store.readBlob(BLOB, BYTES.length)).isEqualTo(BYTES);
    assertThat(store.counters().bytesSent()).isEqualTo(BYTES.length);
  }

  @Test
  default void blob_empty_isOneToo() throws IOException {
    ImageStore store = store();
    Descriptor empty = Bytes.describe(new byte[0]);

    store.pushBlob(empty, BlobSource.of(new byte[0]));

    assertThat(store.readBlob(empty, 0)).isEmpty();
  }

  @Test
  default void range_anywhere_isExact() throws IOException {
    ImageStore store = store();
    store.pushBlob(BLOB, BlobSource.of(BYTES));

    for (int[] range : new int[][] {{0, 1}, {99_999, 1}, {0, 100_000}, {12_345, 54_321}}) {
      try (InputStream in = store.openRange(BLOB, range[0], range[1]).orElseThrow()) {
        assertThat(in.readAllBytes())
            .isEqualTo(Arrays.copyOfRange(BYTES, range[0], range[0] + range[1]));
      }
    }
    assertThatThrownBy(() -> store.openRange(BLOB, 1, 100_000))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void blob_notThere_isNotFound() {
    assertThatThrownBy(() -> store().openBlob(BLOB)).isInstanceOf(RegistryFailure.NotFound.class);
  }

  @Test
  default void blob_otherSizeThanDescribed_isCorrupt() throws IOException {
    ImageStore store = store();
    store.pushBlob(BLOB, BlobSource.of(BYTES));
    Descriptor wrong = new Descriptor(BLOB.mediaType(), BLOB.digest(), BLOB.size() - 1);

    assertThatThrownBy(() -> store.readBlob(wrong, BYTES.length))
        .isInstanceOf(RegistryFailure.Corrupt.class);
    assertThatThrownBy(() -> store.readBlob(BLOB, BYTES.length - 1))
        .isInstanceOf(RegistryFailure.Corrupt.class)
        .hasMessageContaining("more than");
  }

  @Test
  default void blob_sourceHasOtherBytes_isOurIoExceptionAndNotStored() {
    ImageStore store = store();

    assertThatThrownBy(() -> store.pushBlob(BLOB, BlobSource.of(Bytes.random(100_000, 2))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another digest");
    assertThat(store.hasBlob(BLOB.digest())).isFalse();
  }

  @Test
  default void manifest_underTagsAndDigest_isTheSame() {
    ImageStore store = store();
    assertThat(store.resolve("v1")).isEmpty();

    store.putManifest("v1", IMAGE);
    store.putManifest("v2", Bytes.manifest("other"));
    store.putManifest(IMAGE.digest().toString(), IMAGE);

    assertThat(store.resolve("v1")).contains(IMAGE.digest());
    assertThat(store.manifest("v1")).isEqualTo(IMAGE);
    assertThat(store.manifest(IMAGE.digest().toString())).isEqualTo(IMAGE);
    assertThat(store.tags()).containsExactly("v1", "v2");
    assertThatThrownBy(() -> store.manifest("v3")).isInstanceOf(RegistryFailure.NotFound.class);
    assertThatThrownBy(() -> store.putManifest(Digest.sha256("x").toString(), IMAGE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void tag_movedAndDeleted_namesTheLastAndThenNothing() {
    ImageStore store = store();
    store.putManifest("v1", IMAGE);
    store.putManifest("v1", Bytes.manifest("next"));
    assertThat(store.manifest("v1")).isEqualTo(Bytes.manifest("next"));

    store.delete("v1");

    assertThat(store.resolve("v1")).isEmpty();
    assertThatThrownBy(() -> store.delete("v1")).isInstanceOf(RegistryFailure.NotFound.class);
  }

  @Test
  default void replaceTag_expectedAndNot_tellsThemApart() {
    ImageStore store = store();

    assertThat(store.replaceTag("v1", Optional.of(IMAGE.digest()), IMAGE)).isFalse();
    assertThat(store.replaceTag("v1", Optional.empty(), IMAGE)).isTrue();
    assertThat(store.replaceTag("v1", Optional.empty(), Bytes.manifest("next"))).isFalse();

    assertThat(store.manifest("v1")).isEqualTo(IMAGE);
  }

  @Test
  default void referrers_ofAnImage_areListed() {
    ImageStore store = store();
    Descriptor image = new Descriptor(IMAGE.mediaType(), IMAGE.digest(), IMAGE.bytes().length);
    RawManifest signature = Bytes.referrer("application/vnd.example.signature", image);
    store.putManifest("v1", IMAGE);
    assertThat(store.referrers(IMAGE.digest())).isEmpty();

    store.putManifest(signature.digest().toString(), signature);

    assertThat(store.referrers(IMAGE.digest()))
        .extracting(Referrer::artifactType)
        .containsExactly("application/vnd.example.signature");
  }

  @Test
  default void blob_ofASibling_arrives() throws IOException {
    ImageStore store = store();
    AtomicInteger opened = new AtomicInteger();

    store.pushBlob(
        BLOB,
        offset -> {
          opened.incrementAndGet();
          return BlobSource.of(BYTES).open(offset);
        },
        Optional.of("some/other"));

    assertThat(store.readBlob(BLOB, BYTES.length)).isEqualTo(BYTES);
    assertThat(opened).hasValue(1);
  }

  @Test
  default void beginBlob_finished_isThere() throws IOException {
    ImageStore store = store();
    try (EarlyUpload upload = store.beginBlob(BlobSource.of(BYTES))) {
      upload.available(50_000);
      upload.available(70_000);

      assertThat(upload.finish(BLOB)).isTrue();
    }
    try (EarlyUpload again = store.beginBlob(BlobSource.of(BYTES))) {
      assertThat(again.finish(BLOB)).isFalse();
    }
    assertThat(store.readBlob(BLOB, BYTES.length)).isEqualTo(BYTES);
  }

  @Test
  default void beginBlob_notFinished_leavesNothing() {
    ImageStore store = store();
    try (EarlyUpload upload = store.beginBlob(BlobSource.of(BYTES))) {
      upload.available(50_000);
    }

    assertThat(store.hasBlob(BLOB.digest())).isFalse();
  }
}
