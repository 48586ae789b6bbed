package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.EarlyUpload;
import dev.cvmfs.registry.HostLimits;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.FakeRegistry;
import dev.cvmfs.registry.testing.MemoryRepository;
import dev.cvmfs.registry.testing.Script;
import dev.cvmfs.registry.testing.Seen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that begin while the blob is still being written. */
class EarlyUploadTest {
  private static final int CHUNK = Fixture.CHUNK;
  private static final byte[] BYTES = Bytes.random(3 * CHUNK + 500, 2);
  private static final Descriptor BLOB = Bytes.describe(BYTES);

  private final Fixture fixture = new Fixture();
  private final FakeRegistry registry = fixture.registry;

  /** What has been written so far: reading more is a mistake. */
  private final AtomicInteger written = new AtomicInteger();

  private final BlobSource spool =
      offset -> new ByteArrayInputStream(BYTES, (int) offset, written.get() - (int) offset);

  @AfterEach
  void close() {
    fixture.close();
  }

  private void write(EarlyUpload upload, int total) {
    written.set(total);
    upload.available(total);
  }

  private void isThere() {
    assertThat(registry.repository().blob(BLOB.digest())).contains(BYTES);
    assertThat(registry.repository().openSessions()).isEmpty();
  }

  private List<String> methods() {
    return registry.seen().stream().map(Seen::method).toList();
  }

  private List<String> ranges() {
    return registry.seen("PATCH").stream()
        .map(seen -> seen.header("Content-Range").orElse("none"))
        .toList();
  }

  private CountDownLatch afterTheFirst(String method) {
    CountDownLatch seen = new CountDownLatch(1);
    registry
        .on(method, ".*uploads.*")
        .once(
            call -> {
              registry.behave(call);
              seen.countDown();
            });
    return seen;
  }

  @Test
  void chunks_areSentBeforeTheBlobIsComplete() throws Exception {
    CountDownLatch sent = afterTheFirst("PATCH");
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      write(upload, CHUNK - 1);
      write(upload, CHUNK + 5);
      sent.await();
      write(upload, BYTES.length);

      assertThat(upload.finish(BLOB)).isTrue();
    }

    isThere();
    assertThat(ranges())
        .startsWith("0-65535", "65536-131071", "131072-196607")
        .endsWith("196608-197107");
    assertThat(registry.seen("POST")).hasSize(1);
    assertThat(registry.seen("PUT").get(0).header("Content-Length")).contains("0");
  }

  @Test
  void blob_smallerThanAChunk_isOnePut() throws IOException {
    byte[] small = Bytes.random(100, 3);
    try (EarlyUpload upload = fixture.store().beginBlob(BlobSource.of(small))) {
      upload.available(100);

      upload.finish(Bytes.describe(small));
    }

    assertThat(methods()).containsExactly("HEAD", "POST", "PUT");
  }

  @Test
  void blob_neverAnnounced_isOnePut() throws IOException {
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      written.set(BYTES.length);

      assertThat(upload.finish(BLOB)).isTrue();
    }

    isThere();
    assertThat(methods()).containsExactly("HEAD", "POST", "PUT");
  }

  @Test
  void blob_neverAnnouncedAndThere_isNotSent() throws IOException {
    registry.repository().add(BYTES);
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      written.set(BYTES.length);

      assertThat(upload.finish(BLOB)).isFalse();
    }

    assertThat(methods()).containsExactly("HEAD");
  }

  @Test
  @Timeout(60)
  void blob_completeBeforeItsFirstChunkIsUp_isLookedForBeforeTheSecond() throws Exception {
    CountDownLatch sending = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    registry
        .on("PATCH", ".*")
        .once(
            call -> {
              sending.countDown();
              await(asked);
              registry.behave(call);
            });
    registry
        .on("HEAD", ".*")
        .once(
            call -> {
              asked.countDown();
              registry.behave(call);
            });
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      registry.repository().add(BYTES);
      write(upload, BYTES.length);
      sending.await();

      assertThat(upload.finish(BLOB)).isFalse();
    }

    assertThat(methods()).startsWith("POST", "PATCH", "HEAD").doesNotContain("PUT");
    assertThat(registry.repository().openSessions()).isEmpty();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void blob_thereAtTheEnd_isNotCommitted() throws Exception {
    CountDownLatch sent = afterTheFirst("PATCH");
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      write(upload, CHUNK);
      sent.await();
      registry.repository().add(BYTES);
      write(upload, BYTES.length);

      assertThat(upload.finish(BLOB)).isFalse();
    }

    assertThat(registry.seen("PUT")).isEmpty();
    isThere();
  }

  @Test
  void closed_notFinished_cancelsTheSession() throws Exception {
    CountDownLatch sent = afterTheFirst("PATCH");
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      write(upload, CHUNK);
      sent.await();
    }

    assertThat(registry.repository().openSessions()).isEmpty();
    assertThat(registry.seen("DELETE")).hasSize(1);
  }

  @Test
  @DisplayName("quirk 27: an early chunk is cut: status query, and on from the spool")
  void chunk_cut_goesOnFromTheSpool() throws Exception {
    CountDownLatch cut = new CountDownLatch(1);
    registry
        .on("PATCH", ".*")
        .once(
            call -> {
              registry.repository().feed(MemoryRepository.session(call), call.bodyCutAt(40_000));
              cut.countDown();
            });
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      write(upload, CHUNK);
      cut.await();
      write(upload, BYTES.length);

      assertThat(upload.finish(BLOB)).isTrue();
    }

    isThere();
    assertThat(ranges()).startsWith("0-65535", "40000-65535", "65536-131071");
    assertThat(registry.seen("POST")).hasSize(1);
  }

  @Test
  void session_lost_isBegunAgainFromTheSpool() throws Exception {
    CountDownLatch lost = new CountDownLatch(1);
    registry.on("PATCH", ".*").once(call -> registry.behave(call));
    registry
        .on("PATCH", ".*")
        .once(
            call -> {
              call.answer(404, "{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\"}]}");
              lost.countDown();
            });
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      write(upload, 2 * CHUNK);
      lost.await();
      write(upload, BYTES.length);

      assertThat(upload.finish(BLOB)).isTrue();
    }

    isThere();
    assertThat(registry.seen("POST")).hasSize(2);
    assertThat(registry.seen("DELETE")).hasSize(1);
  }

  @Test
  @DisplayName("quirk 22: early chunks not taken: one PATCH of unknown length, and remembered")
  void chunks_refused_areOneStream() throws Exception {
    CountDownLatch streaming = new CountDownLatch(1);
    registry.on("PATCH", ".*").once(call -> call.answer(416));
    registry.on("PATCH", ".*").once(streamed(streaming));
    ImageStore store = fixture.store();
    try (EarlyUpload upload = store.beginBlob(spool)) {
      write(upload, CHUNK);
      streaming.await();
      write(upload, BYTES.length);

      assertThat(upload.finish(BLOB)).isTrue();
    }
    isThere();
    Seen patch = registry.seen("PATCH").get(1);
    assertThat(patch.header("Transfer-Encoding")).contains("chunked");
    assertThat(patch.header("Content-Length")).isEmpty();

    byte[] other = Bytes.random(2 * CHUNK, 4);
    CountDownLatch again = new CountDownLatch(1);
    registry.on("PATCH", ".*").once(streamed(again));
    try (EarlyUpload upload = store.beginBlob(BlobSource.of(other))) {
      upload.available(other.length);
      again.await();
      upload.finish(Bytes.describe(other));
    }
    assertThat(registry.repository().blob(Bytes.describe(other).digest())).contains(other);
    assertThat(ranges()).containsExactly("0-65535", "none", "none");
  }

  /** Takes a body without a place in the blob. */
  private Script streamed(CountDownLatch begun) {
    return call -> {
      begun.countDown();
      registry.repository().feed(MemoryRepository.session(call), call.body());
      call.answer(202);
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Timeout(60)
  void stream_oneRequestAtATime_doesNotKeepOthersFromTheRegistry(boolean there) throws Exception {
    CountDownLatch streaming = new CountDownLatch(1);
    registry.on("PATCH", ".*").once(call -> call.answer(416));
    registry.on("PATCH", ".*").once(streamed(streaming));
    ImageStore store = fixture.store(options -> options.limits(new HostLimits(1, Duration.ZERO)));
    try (EarlyUpload upload = store.beginBlob(spool)) {
      write(upload, CHUNK);
      streaming.await();
      if (there) {
        registry.repository().add(BYTES);
      }
      written.set(BYTES.length);

      assertThat(upload.finish(BLOB)).isEqualTo(!there);
    }

    isThere();
    assertThat(registry.seen("PUT")).hasSize(there ? 0 : 1);
  }

  @Test
  @DisplayName("quirk 25: nothing is taken early: one PUT at the end")
  void early_refusedAltogether_isOnePutAtTheEnd() throws Exception {
    CountDownLatch refused = new CountDownLatch(2);
    registry
        .on("PATCH", ".*")
        .always(
            call -> {
              refused.countDown();
              call.answer(411);
            });
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      write(upload, CHUNK);
      refused.await();
      write(upload, BYTES.length);

      assertThat(upload.finish(BLOB)).isTrue();
    }

    isThere();
    assertThat(registry.seen("PATCH")).hasSize(2);
    assertThat(registry.seen("PUT").get(0).header("Content-Length"))
        .contains(Integer.toString(BYTES.length));
  }

  @Test
  void early_denied_isToldAtTheEnd() {
    registry.on("POST", ".*").always(call -> call.answer(403, "no"));
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      write(upload, BYTES.length);

      assertThatThrownBy(() -> upload.finish(BLOB)).isInstanceOf(RegistryFailure.Denied.class);
    }
  }

  @Test
  @Timeout(60)
  void early_denied_isToldWhileTheBlobIsStillWritten() {
    registry.on("POST", ".*").always(call -> call.answer(403, "no"));
    written.set(BYTES.length);
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      assertThatThrownBy(
              () -> {
                // As a writer does, until the answer has come.
                while (true) {
                  upload.available(CHUNK);
                  Thread.onSpinWait();
                }
              })
          .isInstanceOf(RegistryFailure.Denied.class);
    }
  }

  @Test
  void spool_withOtherBytes_isOurIoException() {
    written.set(BYTES.length);
    try (EarlyUpload upload = fixture.store().beginBlob(spool)) {
      upload.available(BYTES.length);
      Descriptor other = new Descriptor("x", Bytes.describe(new byte[1]).digest(), BYTES.length);

      assertThatThrownBy(() -> upload.finish(other))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another digest");
    }
    assertThat(registry.repository().openSessions()).isEmpty();
  }
}
