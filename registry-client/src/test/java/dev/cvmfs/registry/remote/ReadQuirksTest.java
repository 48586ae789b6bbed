package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.Seen;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests and blobs down, from registries that do it their own way. */
class ReadQuirksTest {
  private final Fixture fixture = new Fixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void manifest_wellBehavedRegistry_comesAsItIs() {
    RawManifest manifest = Bytes.manifest("plain");
    fixture.registry.repository().add("v1", manifest);
    ImageStore store = fixture.store();

    assertThat(store.manifest("v1")).isEqualTo(manifest);
    assertThat(store.manifest(manifest.digest().toString())).isEqualTo(manifest);
    assertThat(store.resolve("v1")).contains(manifest.digest());
    assertThat(store.counters().requests()).isEqualTo(3);
    assertThat(store.counters().bytesReceived()).isEqualTo(2L * manifest.bytes().length);
  }

  @Test
  void manifest_thatIsNotThere_isNotFound() {
    ImageStore store = fixture.store();

    assertThat(store.resolve("v1")).isEmpty();
    assertThatThrownBy(() -> store.manifest("v1"))
        .isInstanceOf(RegistryFailure.NotFound.class)
        .hasMessageContainingAll(
            "Cannot read the manifest of " + fixture.registry.host() + "/ns/app:v1",
            "404",
            "MANIFEST_UNKNOWN");
  }

  @Test
  @DisplayName("quirk 30: all four types are accepted, on manifests only")
  void accept_manifestsAndBlobs_differs() {
    fixture.registry.repository().add("v1", Bytes.manifest("x"));
    Descriptor blob = fixture.registry.repository().add(Bytes.random(10, 1));
    ImageStore store = fixture.store();

    store.manifest("v1");
    store.readBlob(blob, 10);

    List<Seen> seen = fixture.registry.seen();
    assertThat(seen.get(0).header("Accept"))
        .contains(
            "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
                + "application/vnd.docker.distribution.manifest.v2+json, "
                + "application/vnd.docker.distribution.manifest.list.v2+json");
    assertThat(seen.get(1).header("Accept")).isEmpty();
    assertThat(seen.get(1).header("Accept-Encoding")).contains("identity");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/vnd.oci.image.manifest.v1+json; charset=utf-8",
        "APPLICATION/VND.OCI.IMAGE.MANIFEST.V1+JSON",
        "text/plain"
      })
  @DisplayName("quirk 31: Content-Type with parameters or of no use")
  void mediaType_oddContentType_isThatOfTheBody(String contentType) {
    fixture
        .registry
        .on("GET", ".*")
        .always(
            call ->
                call.with("Content-Type", contentType).answer(200, Bytes.manifest("odd").bytes()));

    assertThat(fixture.store().manifest("v1").mediaType()).isEqualTo(Bytes.OCI_MANIFEST);
  }

  @Test
  @DisplayName("quirk 31: neither Content-Type nor mediaType")
  void mediaType_nowhere_isSettledByShape() {
    fixture
        .registry
        .on("GET", ".*/index")
        .always(call -> call.answer(200, "{\"schemaVersion\":2,\"manifests\":[]}"));
    fixture
        .registry
        .on("GET", ".*/docker")
        .always(
            call ->
                call.answer(
                    200,
                    "{\"schemaVersion\":2,\"config\":{\"mediaType\":"
                        + "\"application/vnd.docker.container.image.v1+json\"},\"layers\":[]}"));
    ImageStore store = fixture.store();

    assertThat(store.manifest("index").mediaType()).isEqualTo(Bytes.OCI_INDEX);
    assertThat(store.manifest("docker").mediaType())
        .isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
  }

  @Test
  void mediaType_headerAndBodyDisagree_isCorrupt() {
    fixture
        .registry
        .on("GET", ".*")
        .always(
            call ->
                call.with("Content-Type", Bytes.OCI_INDEX)
                    .answer(200, Bytes.manifest("two things").bytes()));

    assertThatThrownBy(() -> fixture.store().manifest("v1"))
        .isInstanceOf(RegistryFailure.Corrupt.class)
        .hasMessageContaining("calls itself");
  }

  @Test
  @DisplayName("quirk 30: schema 1 is refused")
  void manifest_schema1_isUnsupported() {
    fixture
        .registry
        .on("GET", ".*")
        .always(
            call ->
                call.with(
                        "Content-Type", "application/vnd.docker.distribution.manifest.v1+prettyjws")
                    .answer(200, "{\"schemaVersion\":1,\"fsLayers\":[]}"));

    assertThatThrownBy(() -> fixture.store().manifest("v1"))
        .isInstanceOf(RegistryFailure.Unsupported.class)
        .hasMessageContaining("schema 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>please log in</html>", "", "[]", "{\"layers\":[],\"layers\":[]}"})
  void manifest_thatIsNone_isCorrupt(String body) {
    fixture.registry.on("GET", ".*").always(call -> call.answer(200, body));

    assertThatThrownBy(() -> fixture.store().manifest("v1"))
        .isInstanceOf(RegistryFailure.Corrupt.class);
  }

  @Test
  @DisplayName("quirk 32: HEAD without Docker-Content-Digest")
  void resolve_withoutDigestHeader_getsAndHashes() {
    RawManifest manifest = Bytes.manifest("hash me");
    fixture.registry.on("*", ".*").always(call -> call.answer(200, manifest.bytes()));

    assertThat(fixture.store().resolve("v1")).contains(manifest.digest());
  }

  @Test
  @DisplayName("quirk 32: HEAD not served")
  void resolve_headNotAllowed_gets() {
    RawManifest manifest = Bytes.manifest("no head");
    fixture.registry.repository().add("v1", manifest);
    fixture.registry.on("HEAD", ".*").always(call -> call.answer(405));

    assertThat(fixture.store().resolve("v1")).contains(manifest.digest());
    assertThat(fixture.store().resolve("v2")).isEmpty();
  }

  @Test
  @DisplayName("quirk 32: HEAD of a blob without Content-Length")
  void hasBlob_withoutLength_isThere() {
    fixture.registry.on("HEAD", ".*").always(call -> call.answer(200));

    assertThat(fixture.store().hasBlob(Digest.sha256("x"))).isTrue();
  }

  @Test
  @DisplayName("quirk 33: a manifest asked for by digest is another one")
  void manifest_byDigestButConverted_isCorrupt() {
    Digest asked = Bytes.manifest("asked").digest();
    fixture
        .registry
        .on("GET", ".*")
        .always(call -> call.answer(200, Bytes.manifest("converted").bytes()));

    assertThatThrownBy(() -> fixture.store().manifest(asked.toString()))
        .isInstanceOf(RegistryFailure.Corrupt.class)
        .hasMessageContaining(asked.toString());
  }

  @Test
  @DisplayName("quirk 33: a blob is another one")
  void blob_wrongBytes_isCorruptAtItsEnd() throws IOException {
    Descriptor blob = Bytes.describe(Bytes.random(1000, 1));
    fixture.registry.on("GET", ".*").always(call -> call.answer(200, Bytes.random(1000, 2)));

    try (InputStream in = fixture.store().openBlob(blob)) {
      assertThat(in.readNBytes(1000)).hasSize(1000);
      assertThatThrownBy(in::read).isInstanceOf(RegistryFailure.Corrupt.class);
    }
  }

  @Test
  void blob_otherLength_isCorruptAtOnce() {
    Descriptor blob = Bytes.describe(Bytes.random(1000, 1));
    fixture.registry.on("GET", ".*").always(call -> call.answer(200, Bytes.random(999, 1)));

    assertThatThrownBy(() -> fixture.store().openBlob(blob))
        .isInstanceOf(RegistryFailure.Corrupt.class)
        .hasMessageContaining("999");
  }

  @Test
  void readBlob_aboveLimit_isCorruptWithoutARequest() {
    ImageStore store = fixture.store();

    assertThatThrownBy(() -> store.readBlob(Bytes.describe(new byte[11]), 10))
        .isInstanceOf(RegistryFailure.Corrupt.class);
    assertThat(store.counters().requests()).isZero();
  }

  @Test
  @DisplayName("quirk 34: Content-Encoding on a layer means nothing: raw bytes are hashed")
  void blob_labelledGzip_isNotDecoded() {
    byte[] bytes = Bytes.random(5000, 3);
    Descriptor blob = Bytes.describe(bytes);
    fixture
        .registry
        .on("GET", ".*")
        .always(call -> call.with("Content-Encoding", "gzip").answer(200, bytes));

    assertThat(fixture.store().readBlob(blob, 5000)).isEqualTo(bytes);
  }

  @Test
  @DisplayName("quirk 34: a range of something encoded is no range of the blob")
  void range_labelledGzip_isNotServed() {
    Descriptor blob = fixture.registry.repository().add(Bytes.random(5000, 3));
    fixture
        .registry
        .on("GET", ".*")
        .always(
            call -> {
              call.with("Content-Encoding", "gzip");
              fixture.registry.behave(call);
            });

    assertThat(fixture.store().openRange(blob, 10, 20)).isEmpty();
  }

  @Test
  @DisplayName("quirk 35: 403 for a blob that is not there")
  void hasBlob_forbidden_isNotThere() {
    fixture.registry.on("HEAD", ".*").always(call -> call.answer(403));

    assertThat(fixture.store().hasBlob(Digest.sha256("x"))).isFalse();
  }

  @Test
  void blob_cutInTheMiddle_goesOnByRange() {
    byte[] bytes = Bytes.random(300_000, 4);
    Descriptor blob = fixture.registry.repository().add(bytes);
    fixture.registry.on("GET", ".*").once(call -> call.answerCutAt(200, bytes, 100_000));

    assertThat(fixture.store().readBlob(blob, 300_000)).isEqualTo(bytes);
    assertThat(fixture.registry.seen().get(1).header("Range").orElseThrow())
        .matches("bytes=[0-9]+-299999")
        .isNotEqualTo("bytes=0-299999");
  }

  @Test
  void blob_cutAndRangeIgnored_skipsWhatIsThere() {
    byte[] bytes = Bytes.random(300_000, 5);
    Descriptor blob = Bytes.describe(bytes);
    fixture.registry.on("GET", ".*").once(call -> call.answerCutAt(200, bytes, 100_000));
    fixture.registry.on("GET", ".*").always(call -> call.answer(200, bytes));

    assertThat(fixture.store().readBlob(blob, 300_000)).isEqualTo(bytes);
  }

  @Test
  void blob_cutAgainAndAgainWithoutProgress_givesUp() {
    byte[] bytes = Bytes.random(300_000, 6);
    Descriptor blob = Bytes.describe(bytes);
    fixture.registry.on("GET", ".*").always(call -> call.answerCutAt(200, bytes, 1000));

    assertThatThrownBy(() -> fixture.store().readBlob(blob, 300_000))
        .isInstanceOf(RegistryFailure.Transport.class)
        .hasMessageContaining("cut off at byte");
  }

  @Test
  @DisplayName(
      "quirk 15: resuming starts at the registry, not at the expired target of its redirect")
  void blob_cutBehindARedirect_asksTheRegistryAgain() {
    byte[] bytes = Bytes.random(300_000, 7);
    Descriptor blob = Bytes.describe(bytes);
    fixture
        .registry
        .on("GET", "/v2/.*")
        .once(call -> call.with("Location", "/store/first?signature=s").answer(307));
    fixture
        .registry
        .on("GET", "/v2/.*")
        .once(call -> call.with("Location", "/store/second?signature=s").answer(307));
    fixture.registry.on("GET", "/store/first.*").once(call -> call.answerCutAt(200, bytes, 90_000));
    fixture.registry.on("GET", "/store/first.*").always(call -> call.answer(403, "expired"));
    fixture.registry.on("GET", "/store/second.*").always(call -> call.answer(200, bytes));

    assertThat(fixture.store().readBlob(blob, 300_000)).isEqualTo(bytes);
  }

  @Test
  void range_served_isExactlyThatPart() throws IOException {
    byte[] bytes = Bytes.random(1000, 8);
    Descriptor blob = fixture.registry.repository().add(bytes);

    try (InputStream in = fixture.store().openRange(blob, 990, 10).orElseThrow()) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 990, 1000));
    }
  }

  @Test
  void range_cutInTheMiddle_goesOn() throws IOException {
    byte[] bytes = Bytes.random(100_000, 8);
    Descriptor blob = fixture.registry.repository().add(bytes);
    fixture
        .registry
        .on("GET", ".*")
        .once(
            call ->
                call.with("Content-Range", "bytes 50000-99999/100000")
                    .answerCutAt(206, Arrays.copyOfRange(bytes, 50_000, 100_000), 20_000));

    try (InputStream in = fixture.store().openRange(blob, 50_000, 50_000).orElseThrow()) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 50_000, 100_000));
    }
  }

  @Test
  void range_answeredWithAnotherOrTheWhole_isNotServed() {
    byte[] bytes = Bytes.random(1000, 8);
    Descriptor blob = Bytes.describe(bytes);
    fixture.registry.on("GET", ".*").once(call -> call.answer(200, bytes));
    fixture
        .registry
        .on("GET", ".*")
        .once(call -> call.with("Content-Range", "bytes 0-9/1000").answer(206, new byte[10]));
    fixture.registry.on("GET", ".*").once(call -> call.answer(416));
    ImageStore store = fixture.store();

    assertThat(store.openRange(blob, 990, 10)).isEmpty();
    assertThat(store.openRange(blob, 990, 10)).isEmpty();
    assertThat(store.openRange(blob, 990, 10)).isEmpty();
  }

  @Test
  @DisplayName("quirk 36: Retry-After in seconds, for all threads of the host")
  void retryAfter_seconds_isHonoured() {
    fixture.registry.repository().add("v1", Bytes.manifest("x"));
    fixture
        .registry
        .on("GET", ".*")
        .once(call -> call.with("Retry-After", "7").answer(429, "slow down"));
    ImageStore store = fixture.store();

    store.manifest("v1");

    assertThat(fixture.waited()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  @DisplayName("quirk 36: Retry-After as a date")
  void retryAfter_date_isHonoured() {
    fixture.registry.repository().add("v1", Bytes.manifest("x"));
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            fixture.time.instant().plusSeconds(90).atOffset(ZoneOffset.UTC));
    fixture
        .registry
        .on("GET", ".*")
        .once(call -> call.with("Retry-After", date).answer(503, "<h1>later</h1>"));

    fixture.store().manifest("v1");

    assertThat(fixture.waited()).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  @DisplayName("quirk 36: Retry-After that is too long")
  void retryAfter_hours_givesUpAtOnce() {
    fixture
        .registry
        .on("GET", ".*")
        .always(call -> call.with("Retry-After", "21600").answer(429, "limit reached"));

    assertThatThrownBy(() -> fixture.store().manifest("v1"))
        .isInstanceOf(RegistryFailure.RateLimited.class)
        .hasMessageContainingAll("limit reached", "21600");
    assertThat(fixture.registry.seen()).hasSize(1);
    assertThat(fixture.time.sleeps()).isEmpty();
  }

  @Test
  @DisplayName("quirk 36: what one store was told holds for the others of the client")
  void retryAfter_otherStoreOfTheClient_waitsToo() {
    fixture.registry.repository().add("v1", Bytes.manifest("x"));
    fixture.registry.on("GET", ".*").times(6, call -> call.with("Retry-After", "5").answer(429));
    RegistryClient client = fixture.client(options -> options);
    assertThatThrownBy(() -> client.open(fixture.name()).manifest("v1"))
        .isInstanceOf(RegistryFailure.RateLimited.class);
    assertThat(fixture.waited()).isEqualTo(Duration.ofSeconds(25));

    client.open(fixture.name()).manifest("v1");

    assertThat(fixture.waited()).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 499, 500, 502, 503, 504, 522})
  @DisplayName("quirk 43: transient statuses are tried again")
  void status_transient_isTriedAgain(int status) {
    fixture.registry.repository().add("v1", Bytes.manifest("x"));
    fixture.registry.on("GET", ".*").times(2, call -> call.answer(status));

    fixture.store().manifest("v1");

    assertThat(fixture.registry.seen()).hasSize(3);
    assertThat(fixture.time.sleeps()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  @DisplayName("quirk 43: a reset connection, and one cut in the body, are tried again")
  void connection_brokenTwice_isTriedAgain() {
    RawManifest manifest = Bytes.manifest("x");
    fixture.registry.repository().add("v1", manifest);
    fixture.registry.on("GET", ".*").once(call -> call.cut());
    fixture.registry.on("GET", ".*").once(call -> call.answerCutAt(200, manifest.bytes(), 20));

    assertThat(fixture.store().manifest("v1")).isEqualTo(manifest);
  }

  @Test
  void status_transientForEver_isTransportAfterSixAttempts() {
    fixture.registry.on("GET", ".*").always(call -> call.answer(502, "bad gateway"));

    assertThatThrownBy(() -> fixture.store().manifest("v1"))
        .isInstanceOf(RegistryFailure.Transport.class)
        .hasMessageContainingAll("502", "bad gateway");
    assertThat(fixture.registry.seen()).hasSize(6);
  }

  @Test
  @DisplayName("quirk 42: error bodies of any size and kind, without the secrets in them")
  void error_hugeHtmlWithToken_isShortAndClean() {
    String html =
        "<html><b>denied</b> Bearer abcdefghijklmnop eyJhbGciOiJSUzI1NiJ9.eyJzdWIi.sig\u0007"
            + "<p>x</p>".repeat(100_000);
    fixture.registry.on("GET", ".*").always(call -> call.answer(400, html));

    assertThatThrownBy(() -> fixture.store().manifest("v1"))
        .isInstanceOf(RegistryFailure.Refused.class)
        .message()
        .hasSizeLessThan(700)
        .contains("denied")
        .doesNotContain("abcdefghijklmnop", "eyJ", "<b>", "\u0007");
  }

  @Test
  @DisplayName("quirk 41: a Warning is shown once")
  void warning_onEveryAnswer_isLoggedOnce() {
    fixture.registry.repository().add("v1", Bytes.manifest("x"));
    fixture
        .registry
        .on("GET", ".*")
        .always(
            call -> {
              call.with("Warning", "299 - \"this repository moves in May\"");
              fixture.registry.behave(call);
            });
    ImageStore store = fixture.store();
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      store.manifest("v1");
      store.manifest("v1");
    } finally {
      System.setErr(before);
    }

    assertThat(log.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("this repository moves in May");
  }

  @Test
  void manifest_tooLarge_isCorrupt() {
    String padding = " ".repeat(9 * 1024 * 1024);
    fixture
        .registry
        .on("GET", ".*")
        .always(call -> call.answer(200, (padding + "{}").getBytes(StandardCharsets.UTF_8)));

    assertThatThrownBy(() -> fixture.store().manifest("v1"))
        .isInstanceOf(RegistryFailure.Corrupt.class)
        .hasMessageContaining("larger");
  }

  @Test
  void answer_malformedHeaderThatDoesNotMatter_isTaken() {
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[]}""";
    fixture
        .registry
        .on("GET", ".*")
        .always(call -> call.with("Age", "not a number").answer(200, manifest));

    assertThat(fixture.store().manifest("v1").digest())
        .isEqualTo(Digest.sha256(manifest.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void answer_malformedLength_isTransportAndNotADefect() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answerAll(server, "Content-Length: 2x\r\n\r\n{}"));
      answering.setDaemon(true);
      answering.start();
      String host = "127.0.0.1:" + server.getLocalPort();
      ImageStore store =
          fixture.client(options -> options).open(ImageName.ofTag(host, Fixture.REPOSITORY, "v1"));

      assertThatThrownBy(() -> store.manifest("v1"))
          .isInstanceOf(RegistryFailure.Transport.class)
          .hasMessageContaining("malformed answer: Invalid content length: 2x");
    }
  }

  /** Answers every connection's first request with this, until the server is closed. */
  private static void answerAll(ServerSocket server, String answer) {
    while (!server.isClosed()) {
      try (Socket connection = server.accept();
          BufferedReader request =
              new BufferedReader(
                  new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII))) {
        while (!request.readLine().isEmpty()) {
          // The head ends with an empty line, and there is no body.
        }
        connection
            .getOutputStream()
            .write(("HTTP/1.1 200 OK\r\n" + answer).getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // The client or the test has had enough.
      }
    }
  }

  @Test
  @Timeout(20)
  void blob_closedEarly_doesNotReadTheRest() throws IOException {
    byte[] bytes = Bytes.random(1_000_000, 1);
    CountDownLatch closed = new CountDownLatch(1);
    fixture.registry.on("GET", ".*").once(call -> call.answerStalledAt(200, bytes, 1000, closed));

    try (InputStream in = fixture.store().openBlob(Bytes.describe(bytes))) {
      assertThat(in.read()).isEqualTo(bytes[0] & 0xff);
    }
    closed.countDown();
  }

  @Test
  void connections_manySmallRequests_areReused() {
    Descriptor blob = fixture.registry.repository().add(Bytes.random(100, 1));
    ImageStore store = fixture.store();
    for (int i = 0; i < 50; i++) {
      store.readBlob(blob, 100);
      store.hasBlob(blob.digest());
    }

    assertThat(fixture.registry.connections()).isEqualTo(1);
  }
}
