package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.FakeRegistry;
import dev.cvmfs.registry.testing.MemoryRepository;
import dev.cvmfs.registry.testing.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs and manifests up, to registries that do it their own way. */
class UploadQuirksTest {
  private static final byte[] SMALL = Bytes.random(1000, 1);
  private static final byte[] LARGE = Bytes.random(3 * Fixture.CHUNK + 500, 2);

  private final Fixture fixture = new Fixture();
  private final FakeRegistry registry = fixture.registry;

  @AfterEach
  void close() {
    fixture.close();
  }

  /** After every upload: the bytes are there, and no session is. */
  private boolean push(ImageStore store, byte[] bytes) throws IOException {
    Descriptor blob = Bytes.describe(bytes);
    boolean sent = store.pushBlob(blob, BlobSource.of(bytes));
    assertThat(registry.repository().blob(blob.digest())).contains(bytes);
    assertThat(registry.repository().openSessions()).isEmpty();
    return sent;
  }

  private List<String> methods() {
    return registry.seen().stream().map(Seen::method).toList();
  }

  @Test
  @DisplayName("quirk 22: the usual way is POST and one PUT with Content-Length")
  void push_wellBehavedRegistry_isOnePut() throws IOException {
    ImageStore store = fixture.store();

    assertThat(push(store, LARGE)).isTrue();

    assertThat(methods()).containsExactly("HEAD", "POST", "PUT");
    Seen put = registry.seen().get(2);
    assertThat(put.header("Content-Length")).contains(Integer.toString(LARGE.length));
    assertThat(put.header("Transfer-Encoding")).isEmpty();
    assertThat(store.counters().bytesSent()).isEqualTo(LARGE.length);
  }

  @Test
  void push_blobThatIsThere_sendsNothing() throws IOException {
    registry.repository().add(SMALL);
    ImageStore store = fixture.store();

    assertThat(push(store, SMALL)).isFalse();

    assertThat(methods()).containsExactly("HEAD");
    assertThat(store.counters().bytesSent()).isZero();
  }

  @Test
  void push_emptyBlob_works() throws IOException {
    assertThat(push(fixture.store(), new byte[0])).isTrue();
  }

  @Test
  @DisplayName("quirk 26: POST carries Content-Length: 0")
  void post_always_hasContentLength() throws IOException {
    push(fixture.store(), SMALL);

    assertThat(registry.seen("POST").get(0).header("Content-Length")).contains("0");
  }

  @Test
  @DisplayName(
      "quirk 18: Location is used to the letter, relative or absolute, digest added behind")
  void location_oddlyEscaped_isKeptVerbatim() throws IOException {
    String state = "?_state=a%2Bb%2Fc%3D%3D&empty=&a=2&a=1&b";
    registry
        .on("POST", ".*")
        .once(
            call ->
                call.with("Location", registry.url() + "/artifacts-uploads//x%2Fy/s" + state)
                    .answer(202));
    registry.on("PUT", "/artifacts-uploads.*").once(call -> call.answer(201));

    fixture.store().pushBlob(Bytes.describe(SMALL), BlobSource.of(SMALL));

    assertThat(registry.seen("PUT").get(0).target())
        .isEqualTo(
            "/artifacts-uploads//x%2Fy/s" + state + "&digest=" + Bytes.describe(SMALL).digest());
  }

  @Test
  @DisplayName("quirk 16: POST redirected, Location relative to where it got")
  void post_redirected_locationIsRelativeToTheEnd() throws IOException {
    registry
        .on("POST", "/v2/.*")
        .once(call -> call.with("Location", "/mirror/uploads/").answer(307));
    registry
        .on("POST", "/mirror/uploads/")
        .once(call -> call.with("Location", "fresh?x=1").answer(202));
    registry.on("PUT", "/mirror/uploads/fresh.*").once(call -> call.answer(201));

    fixture.store().pushBlob(Bytes.describe(SMALL), BlobSource.of(SMALL));

    assertThat(registry.seen("PUT")).hasSize(1);
  }

  @Test
  void post_withoutLocation_isUnsupported() {
    registry.on("POST", ".*").always(call -> call.answer(202));

    assertThatThrownBy(() -> fixture.store().pushBlob(Bytes.describe(SMALL), BlobSource.of(SMALL)))
        .isInstanceOf(RegistryFailure.Unsupported.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202, 204})
  @DisplayName("quirk 21: the final PUT is answered by something else than 201")
  void commit_otherSuccess_countsIfTheBlobIsThere(int status) throws IOException {
    registry
        .on("PUT", ".*uploads.*")
        .once(
            call -> {
              registry.repository().add(call.body());
              call.answer(status);
            });
    Descriptor blob = Bytes.describe(SMALL);

    fixture.store().pushBlob(blob, BlobSource.of(SMALL));

    assertThat(methods()).containsExactly("HEAD", "POST", "PUT", "HEAD");
  }

  @ParameterizedTest
  @ValueSource(ints = {405, 411, 413, 501})
  @DisplayName("quirk 25: a proxy refuses large bodies: chunks, and the host is remembered")
  void put_refused_goesOnInChunks(int status) throws IOException {
    registry.on("PUT", ".*uploads.*").once(call -> call.answer(status, "<html>too much</html>"));
    RegistryClient client = fixture.client(options -> options);

    push(client.open(fixture.name()), LARGE);

    assertThat(registry.seen("PATCH").stream().map(seen -> seen.header("Content-Range").orElse("")))
        .containsExactly("0-65535", "65536-131071", "131072-196607", "196608-197107");
    assertThat(registry.seen("DELETE")).hasSize(1);

    int before = registry.seen("PUT").size();
    push(client.open(fixture.name()), SMALL);
    assertThat(registry.seen("PUT")).hasSize(before + 1);
    assertThat(registry.seen("PATCH")).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204})
  @DisplayName("quirks 20, 21: PATCH answered by another 2xx, without Location and Range")
  void patch_answeredOddly_goesOn(int status) throws IOException {
    registry.on("PUT", ".*uploads.*").once(call -> call.answer(413));
    registry
        .on("PATCH", ".*")
        .always(
            call -> {
              registry.repository().feed(MemoryRepository.session(call), call.body());
              call.answer(status);
            });

    push(fixture.store(), LARGE);

    assertThat(registry.seen("PATCH")).hasSize(4);
  }

  @Test
  @DisplayName("quirk 24: OCI-Chunk-Min-Length")
  void chunk_registryWantsLargerOnes_getsThem() throws IOException {
    registry.on("PUT", ".*uploads.*").once(call -> call.answer(413));
    registry
        .on("POST", ".*")
        .always(
            call -> {
              call.with("OCI-Chunk-Min-Length", "100000");
              registry.behave(call);
            });

    push(fixture.store(), LARGE);

    assertThat(registry.seen("PATCH").get(0).header("Content-Range")).contains("0-99999");
  }

  @Test
  @DisplayName(
      "quirk 22: chunks are capped (416 on the first): streamed PATCH without Content-Range")
  void chunk_refusedAtOnce_streams() throws IOException {
    registry.on("PUT", ".*uploads.*").once(call -> call.answer(413));
    registry.on("PATCH", ".*").once(call -> call.answer(416));

    push(fixture.store(), LARGE);

    List<Seen> patches = registry.seen("PATCH");
    assertThat(patches).hasSize(2);
    assertThat(patches.get(1).header("Content-Range")).isEmpty();
    assertThat(patches.get(1).header("Content-Length")).contains(Integer.toString(LARGE.length));
    assertThat(registry.seen("DELETE")).hasSize(2);
  }

  @Test
  @DisplayName("quirk 23: a stale Range is believed once, and left behind after 416")
  void chunk_staleRange_advancesByWhatWasSent() throws IOException {
    registry.on("PUT", ".*uploads.*").once(call -> call.answer(413));
    registry
        .on("PATCH", ".*")
        .once(
            call -> {
              registry.repository().feed(MemoryRepository.session(call), call.body());
              call.with("Range", "0-0").answer(202);
            });

    push(fixture.store(), LARGE);

    assertThat(registry.seen("PATCH").stream().map(seen -> seen.header("Content-Range").orElse("")))
        .containsExactly("0-65535", "0-65535", "65536-131071", "131072-196607", "196608-197107");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-39999", "bytes=0-39999", "bytes 0-39999"})
  @DisplayName("quirks 24, 27: a chunk is cut: status query, then on from there")
  void chunk_cut_goesOnWhereTheRegistryIs(String range) throws IOException {
    registry.on("PUT", ".*uploads.*").once(call -> call.answer(413));
    registry
        .on("PATCH", ".*")
        .once(
            call -> {
              String session = MemoryRepository.session(call);
              registry.repository().feed(session, call.bodyCutAt(40_000));
            });
    registry.on("GET", ".*uploads.*").once(call -> call.with("Range", range).answer(204));

    push(fixture.store(), LARGE);

    assertThat(registry.seen("PATCH").get(1).header("Content-Range")).contains("40000-105535");
    assertThat(registry.seen("POST")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-0", "0--1"})
  @DisplayName("quirk 24: nothing received, in two spellings")
  void chunk_cutBeforeAnything_startsAtZero(String range) throws IOException {
    registry.on("PUT", ".*uploads.*").once(call -> call.answer(413));
    registry.on("PATCH", ".*").once(call -> call.cut());
    registry.on("GET", ".*uploads.*").once(call -> call.with("Range", range).answer(204));

    push(fixture.store(), LARGE);

    assertThat(registry.seen("PATCH").get(1).header("Content-Range")).contains("0-65535");
  }

  @Test
  @DisplayName("quirk 27: a PUT is cut: status query, and on by chunks in the same session")
  void put_cut_goesOnInTheSameSession() throws IOException {
    registry
        .on("PUT", ".*uploads.*")
        .once(
            call -> {
              String session = MemoryRepository.session(call);
              registry.repository().feed(session, call.bodyCutAt(100_000));
            });

    push(fixture.store(), LARGE);

    assertThat(methods()).containsExactly("HEAD", "POST", "PUT", "GET", "PATCH", "PATCH", "PUT");
    assertThat(registry.seen("PATCH").get(0).header("Content-Range")).contains("100000-165535");
  }

  @Test
  @DisplayName("quirk 27: the answer to a commit is lost: HEAD settles it")
  void commit_doneButAnswerLost_isSettledByHead() throws IOException {
    registry
        .on("PUT", ".*uploads.*")
        .once(
            call -> {
              registry.repository().add(call.body());
              call.cut();
            });
    registry.on("GET", ".*uploads.*").always(call -> call.answer(404));
    registry.on("HEAD", ".*").times(2, call -> call.answer(404));
    Descriptor blob = Bytes.describe(SMALL);

    assertThat(fixture.store().pushBlob(blob, BlobSource.of(SMALL))).isTrue();

    assertThat(methods()).containsExactly("HEAD", "POST", "PUT", "GET", "HEAD", "HEAD");
  }

  @Test
  @DisplayName("quirks 27, 28: the session is gone after a cut: a new one, the old one cancelled")
  void put_cutAndSessionLost_startsAnew() throws IOException {
    registry.on("PUT", ".*uploads.*").once(call -> call.bodyCutAt(10));
    registry.on("GET", ".*uploads.*").once(call -> call.answer(400, "wrong offset"));

    push(fixture.store(), LARGE);

    assertThat(registry.seen("POST")).hasSize(2);
    assertThat(registry.seen("DELETE")).hasSize(1);
  }

  @Test
  @DisplayName("quirk 43: 5xx on a PUT is not replayed blindly")
  void put_answered503_startsANewSession() throws IOException {
    registry.on("PUT", ".*uploads.*").once(call -> call.answer(503));

    push(fixture.store(), SMALL);

    assertThat(registry.seen("PUT")).hasSize(2);
    assertThat(registry.seen("PUT").get(0).target())
        .isNotEqualTo(registry.seen("PUT").get(1).target());
  }

  @Test
  @DisplayName("quirk 28: a refused upload is cancelled")
  void put_denied_cancelsTheSession() {
    registry
        .on("PUT", ".*uploads.*")
        .always(
            call -> call.answer(403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\"}]}"));

    assertThatThrownBy(() -> fixture.store().pushBlob(Bytes.describe(SMALL), BlobSource.of(SMALL)))
        .isInstanceOf(RegistryFailure.Denied.class)
        .hasMessageContainingAll("upload blob", "DENIED");
    assertThat(registry.repository().openSessions()).isEmpty();
  }

  @Test
  @DisplayName("quirk 37: a full quota is not tried again")
  void put_quotaExceeded_isRefused() {
    registry
        .on("POST", ".*")
        .always(
            call -> call.answer(403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"quota\"}]}"));

    assertThatThrownBy(() -> fixture.store().pushBlob(Bytes.describe(SMALL), BlobSource.of(SMALL)))
        .isInstanceOf(RegistryFailure.Refused.class)
        .hasMessageContaining("quota");
    assertThat(registry.seen("POST")).hasSize(1);
  }

  @Test
  void push_sourceFailsHalfway_isOurIoExceptionAndCancelled() {
    Descriptor blob = Bytes.describe(LARGE);

    assertThatThrownBy(() -> fixture.store().pushBlob(blob, BlobSource.of(SMALL)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ends at byte 1000");
    assertThat(registry.repository().openSessions()).isEmpty();
    // It may have been broken off before the server took notice of it.
    assertThat(registry.seen("PUT")).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void push_sourceHasOtherBytes_isOurIoExceptionWithoutASecondUpload() {
    Descriptor blob = Bytes.describe(SMALL);

    assertThatThrownBy(() -> fixture.store().pushBlob(blob, BlobSource.of(Bytes.random(1000, 99))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another digest");
    assertThat(registry.seen("PUT")).hasSize(1);
  }

  @Test
  void push_manyThreads_allArrive() {
    ImageStore store = fixture.store();

    List<Digest> digests =
        IntStream.range(0, 24)
            .parallel()
            .mapToObj(
                seed -> {
                  byte[] bytes = Bytes.random(20_000, seed);
                  try {
                    store.pushBlob(Bytes.describe(bytes), BlobSource.of(bytes));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                  return Bytes.describe(bytes).digest();
                })
            .toList();

    assertThat(digests).allMatch(store::hasBlob);
    assertThat(store.counters().bytesSent()).isEqualTo(24 * 20_000);
  }

  @Test
  void putManifest_byTagAndDigest_isThere() {
    RawManifest manifest = Bytes.manifest("mine");
    ImageStore store = fixture.store();

    store.putManifest("v1", manifest);
    store.putManifest(manifest.digest().toString(), manifest);

    assertThat(store.manifest("v1")).isEqualTo(manifest);
    assertThat(registry.seen("PUT").get(0).header("Content-Type")).contains(Bytes.OCI_MANIFEST);
  }

  @Test
  void putManifest_registryStoredSomethingElse_isCorrupt() {
    registry
        .on("PUT", ".*")
        .always(
            call -> call.with("Docker-Content-Digest", Digest.sha256("x").toString()).answer(201));

    assertThatThrownBy(() -> fixture.store().putManifest("v1", Bytes.manifest("mine")))
        .isInstanceOf(RegistryFailure.Corrupt.class);
  }

  @Test
  @DisplayName("quirk 37: immutable tags")
  void putManifest_immutableTag_isRefusedOnce() {
    registry
        .on("PUT", ".*/ecr")
        .always(
            call ->
                call.answer(
                    400,
                    "{\"errors\":[{\"code\":\"TAG_INVALID\",\"message\":"
                        + "\"ImageTagAlreadyExistsException: tag is immutable\"}]}"));
    registry.on("PUT", ".*/harbor").always(call -> call.answer(412));
    ImageStore store = fixture.store();

    for (String tag : List.of("ecr", "harbor")) {
      assertThatThrownBy(() -> store.putManifest(tag, Bytes.manifest("mine")))
          .isInstanceOf(RegistryFailure.Refused.class)
          .hasMessageContaining("another tag");
    }
    assertThat(registry.seen()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID"})
  @DisplayName("quirks 29, 38: the registry does not take the manifest")
  void putManifest_invalid_isRefusedWithItsCode(String code) {
    registry
        .on("PUT", ".*")
        .always(call -> call.answer(404, "{\"errors\":[{\"code\":\"%s\"}]}".formatted(code)));

    assertThatThrownBy(() -> fixture.store().putManifest("v1", Bytes.manifest("mine")))
        .isInstanceOf(RegistryFailure.Refused.class)
        .hasMessageContaining(code);
  }
}
