package dev.cvmfs.shrinkwrap.cvmfs.client;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectName;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers may do wrong: each has its own message, and nothing wrong stays in the cache. */
class BrokenServersTest {
  private static final String MANIFEST = ".cvmfspublished";
  private static final String WHITELIST = ".cvmfswhitelist";
  private static final String ROOT_CATALOG = "data/f1/825ba0b309d866b7295a5bb73b698e269bb667C";
  private static final String NESTED_CATALOG = "data/04/46ad3d54fe82c3e49e3a3a33f761820ad109bcC";

  /** The content of /bin/hello. */
  private static final String HELLO = "data/9b/7f233ffb4e3ae26cf5b593c5282c1e8b58e17e";

  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  @TempDir Path temporary;
  private final List<Duration> waits = new ArrayList<>();
  private final TestRepository repository = TestRepository.named("tiny.example.org");
  private RepositoryServer server;
  private Instant now = NOW;

  @BeforeEach
  void serveTinyRepository() throws IOException {
    server = RepositoryServer.of(repository.directory());
  }

  @AfterEach
  void cacheIsClean() throws IOException {
    server.close();
    try (Stream<Path> files = Files.walk(temporary.resolve("cache"))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path name = temporary.resolve("cache").relativize(file);
        if (name.startsWith("data")) {
          String hex = (name.getName(1).toString() + name.getName(2)).substring(0, 40);
          ContentHash hash = ContentHash.parse(hex);
          assertThat(hash.algorithm().hash(Files.readAllBytes(file))).isEqualTo(hash);
        } else {
          assertThat(name.toString()).isIn("tmp/lock", "cvmfschecksum.tiny.example.org");
        }
      }
    }
  }

  private CvmfsClient client() throws IOException {
    return new CvmfsClient(
        temporary.resolve("cache"),
        Clock.fixed(now, ZoneOffset.UTC),
        new Random(1),
        waits::add,
        Map.of(),
        "cvmfs test");
  }

  /** Reads every byte of the repository, and returns how many files it has. */
  private int readAll(CvmfsConf conf) throws IOException {
    int files = 0;
    try (CvmfsClient client = client();
        Snapshot snapshot = client.open(conf);
        EntryCursor cursor = snapshot.walk(Everything.specification())) {
      while (cursor.hasNext()) {
        if (cursor.next() instanceof Entry.RegularFile file) {
          files++;
          FileContent.open(snapshot.objects(), file).transferTo(OutputStream.nullOutputStream());
        }
      }
    }
    return files;
  }

  private int readAll() throws IOException {
    return readAll(repository.conf(server.url()));
  }

  private static byte[] flipLast(byte[] bytes) {
    byte[] changed = bytes.clone();
    changed[changed.length - 1] ^= 1;
    return changed;
  }

  private static byte[] replace(byte[] bytes, String from, String to) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void whitelist_inItsLastHour_hasExpired() {
    now = Instant.parse("2036-11-19T11:00:00Z");
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("the whitelist of tiny.example.org at " + server.url())
        .hasMessageContaining("expired at 2036-11-19 11:22:52 UTC")
        .hasMessageContaining("the local clock says 2036-11-19 11:00 UTC")
        .hasMessageContaining("cvmfs_server resign");
  }

  @Test
  void whitelist_beforeItsLastHour_isValid() throws IOException {
    now = Instant.parse("2036-11-19T10:59:59Z");
    assertThat(readAll()).isPositive();
  }

  @Test
  void manifest_withBrokenSignature_isRefused() {
    server.replace(MANIFEST, BrokenServersTest::flipLast);
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("the manifest of tiny.example.org at " + server.url())
        .hasMessageContaining("has a signature that the repository's certificate")
        .hasMessageContaining("10:92:BF:20:A8:94:AD:48:22:0E:6B:03:6F:4F:AE:A6:87:85:1F:B4");
  }

  @Test
  void manifest_withChangedText_isRefused() {
    server.replace(MANIFEST, bytes -> replace(bytes, "\nS1\n", "\nS9\n"));
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("was changed after it was signed")
        .hasMessageContaining("8b66db9dbc232a41407c6e2dbab00c05337fc99e was signed");
  }

  @Test
  void manifest_withChangedTextAndHash_isRefused() {
    server.replace(
        MANIFEST,
        bytes -> {
          byte[] changed = replace(bytes, "\nS1\n", "\nS9\n");
          String text = new String(changed, StandardCharsets.ISO_8859_1);
          byte[] signed = Arrays.copyOf(changed, text.indexOf("\n--\n") + 1);
          return replace(
              changed,
              "8b66db9dbc232a41407c6e2dbab00c05337fc99e",
              ContentHash.parse("8b66db9dbc232a41407c6e2dbab00c05337fc99e")
                  .algorithm()
                  .hash(signed)
                  .toString());
        });
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("has a signature that the repository's certificate");
  }

  @ParameterizedTest
  @ValueSource(strings = {MANIFEST, WHITELIST})
  void document_thatIsALoginPage_isToldApart(String document) {
    server.replace(
        document, bytes -> "<html>Please log in</html>".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("is not one: it carries no signature")
        .hasMessageContaining("<html>Please log in</html>");
  }

  @Test
  void whitelist_ofForeignMasterKey_isRefused() {
    String foreign =
        TestRepository.resource("shake.example.org").resolve("shake.example.org.pub").toString();
    CvmfsConf conf = repository.conf(server.url(), Map.of("CVMFS_PUBLIC_KEY", foreign));
    assertThatThrownBy(() -> readAll(conf))
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("the whitelist of tiny.example.org at " + server.url())
        .hasMessageContaining("not signed with any of the master keys tried (" + foreign + ")");
  }

  @Test
  void repository_ofOtherName_isRefused() {
    TestRepository wrong = new TestRepository("other.example.org", repository.directory());
    CvmfsConf conf =
        wrong.conf(server.url(), Map.of("CVMFS_PUBLIC_KEY", repository.key().toString()));
    assertThatThrownBy(() -> readAll(conf))
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessage(
            "the manifest of other.example.org at %s is that of tiny.example.org", server.url());
  }

  @Test
  void whitelist_missing_isANetworkFailure() {
    server.refuse(WHITELIST, 404);
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Network.class)
        .hasMessage(
            "cannot get the whitelist of tiny.example.org (.cvmfswhitelist): %s: HTTP 404 (not there)",
            server.url());
  }

  @Test
  void whitelist_withoutTheCertificate_isRefused() throws Exception {
    KeyPair master = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    Path key = temporary.resolve("own.pub");
    Files.writeString(
        key,
        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
            .formatted(Base64.getMimeEncoder().encodeToString(master.getPublic().getEncoded())));
    String text =
        "20261122112252\nE20361119112252\nNtiny.example.org\n11:92:BF:20:A8:94:AD:48:22:0E:6B:03:6F:4F:AE:A6:87:85:1F:B4\n";
    String hash = HashAlgorithm.RIPEMD160.hash(text.getBytes(StandardCharsets.US_ASCII)).toString();
    Signature signer = Signature.getInstance("NONEwithRSA");
    signer.initSign(master.getPrivate());
    signer.update(hash.getBytes(StandardCharsets.US_ASCII));
    byte[] signature = signer.sign();
    byte[] head = (text + "--\n" + hash + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] whitelist = Arrays.copyOf(head, head.length + signature.length);
    System.arraycopy(signature, 0, whitelist, head.length, signature.length);
    server.replace(WHITELIST, bytes -> whitelist);

    CvmfsConf conf = repository.conf(server.url(), Map.of("CVMFS_PUBLIC_KEY", key.toString()));
    assertThatThrownBy(() -> readAll(conf))
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("certificate 10:92:BF")
        .hasMessageContaining("which the repository's whitelist does not list (it lists [11:92:BF");
  }

  @Test
  void certificate_onTheBlacklist_isRefused() throws IOException {
    Path blacklist = temporary.resolve("blacklist");
    Files.writeString(
        blacklist, "# lost key\n10:92:BF:20:A8:94:AD:48:22:0E:6B:03:6F:4F:AE:A6:87:85:1F:B4\n");
    CvmfsConf conf = repository.conf(server.url(), Map.of("CVMFS_BLACKLIST", blacklist.toString()));
    assertThatThrownBy(() -> readAll(conf))
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("which the blacklist %s revokes", blacklist);
  }

  @Test
  void revision_thatTheBlacklistRefuses_isRefused() throws IOException {
    Path blacklist = temporary.resolve("blacklist");
    Files.writeString(blacklist, "<tiny.example.org 2\n");
    CvmfsConf conf = repository.conf(server.url(), Map.of("CVMFS_BLACKLIST", blacklist.toString()));
    assertThatThrownBy(() -> readAll(conf))
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("is revision 1")
        .hasMessageContaining("refuses those before 2");
  }

  @Test
  void pinnedState_thatTheBlacklistRefuses_isRefused() throws IOException {
    server.publish("r2");
    Path blacklist = temporary.resolve("blacklist");
    Files.writeString(blacklist, "<tiny.example.org 2\n");
    Map<String, String> refusing = Map.of("CVMFS_BLACKLIST", blacklist.toString());
    assertThat(readAll(repository.conf(server.url(), refusing))).isPositive();
    Map<String, String> pinned = new HashMap<>(refusing);
    pinned.put("CVMFS_ROOT_HASH", "f1825ba0b309d866b7295a5bb73b698e269bb667");
    CvmfsConf conf = repository.conf(server.url(), pinned);
    assertThatThrownBy(() -> readAll(conf))
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("(f1825ba0b309d866b7295a5bb73b698e269bb667) is revision 1")
        .hasMessageContaining("refuses those before 2");
  }

  @Test
  void certificate_thatTheNewerHostCannotDeliver_leavesTheOlderManifest() throws IOException {
    try (RepositoryServer older = RepositoryServer.of(repository.directory())) {
      // Another certificate, which neither has: as while a replica is being filled.
      server.replace(
          MANIFEST,
          bytes ->
              replaced(bytes, line -> line.startsWith("X") ? "X" + "0123456789".repeat(4) : line));
      assertThat(readAll(repository.conf(server.url() + ";" + older.url()))).isPositive();
    }
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Network.class)
        .hasMessageContaining("the certificate 0123456789");
  }

  private static byte[] replaced(byte[] document, UnaryOperator<String> change) {
    String text = new String(document, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("--\n");
    String head = text.substring(0, end).lines().map(change).collect(joining("\n", "", "\n"));
    String hash = HashAlgorithm.SHA1.hash(head.getBytes(StandardCharsets.ISO_8859_1)).toString();
    int signature = text.indexOf('\n', end + 3);
    return (head + "--\n" + hash + text.substring(signature)).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void manifest_olderThanOneSeenBefore_isRefused() throws IOException {
    server.publish("r2");
    readAll();
    server.publish("r1");
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("(revision 1), but revision 2 from 2026-11-22T11:22:56Z")
        .hasMessageContaining("cvmfschecksum.tiny.example.org");
  }

  @Test
  void staleFirstHost_withFreshSecond_isPassedOver() throws IOException {
    server.publish("r2");
    readAll();
    try (RepositoryServer stale = RepositoryServer.of(repository.directory());
        CvmfsClient client = client();
        Snapshot snapshot = client.open(repository.conf(stale.url() + ";" + server.url()))) {
      assertThat(snapshot.revision()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    ROOT_CATALOG + ", the root catalog f1825ba0b309d866b7295a5bb73b698e269bb667 of /",
    NESTED_CATALOG + ", catalog 0446ad3d54fe82c3e49e3a3a33f761820ad109bc of /nested",
    HELLO + ", object 9b7f233ffb4e3ae26cf5b593c5282c1e8b58e17e"
  })
  void object_missing_isANetworkFailureThatNamesIt(String path, String what) {
    server.refuse(path, 404);
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Network.class)
        .hasMessage(
            "cannot get %s of tiny.example.org (%s): %s: HTTP 404 (not there)",
            what, path, server.url());
  }

  @ParameterizedTest
  @ValueSource(strings = {ROOT_CATALOG, NESTED_CATALOG, HELLO})
  void object_corrupt_isAskedForOncePastCachesAndThenADataFailure(String path) {
    server.replace(path, BrokenServersTest::flipLast);
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining(path)
        .hasMessageContaining("sent something else")
        .hasMessageContaining("(again)");
    assertThat(server.requests().stream().filter(path::equals)).hasSize(2);
  }

  @Test
  void object_corruptInACacheOnTheWay_isFoundBehindIt() throws IOException {
    server.misbehave(
        HELLO,
        (exchange, file) -> {
          boolean past = "no-cache".equals(exchange.getRequestHeaders().getFirst("Cache-Control"));
          byte[] content = file.orElseThrow();
          RepositoryServer.send(exchange, 200, past ? content : flipLast(content));
        });
    assertThat(readAll()).isPositive();
  }

  @Test
  void object_cutShortWithoutNotice_isADataFailure() {
    server.replace(HELLO, bytes -> Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("sent something else");
  }

  @Test
  void object_longerThanItCanBe_isGivenUp() {
    server.misbehave(
        HELLO, (exchange, file) -> RepositoryServer.send(exchange, 200, new byte[1 << 20]));
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("announces 1,048,576 bytes, but can have");
  }

  @ParameterizedTest
  @ValueSource(strings = {HELLO, MANIFEST})
  void answer_withoutEnd_isGivenUp(String path) {
    server.misbehave(path, BrokenServersTest::sendWithoutEnd);
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining(path)
        .hasMessageContaining("longer than the");
  }

  private static void sendWithoutEnd(HttpExchange exchange, Optional<byte[]> file)
      throws IOException {
    exchange.sendResponseHeaders(200, 0);
    byte[] block = new byte[1 << 16];
    while (true) {
      exchange.getResponseBody().write(block);
    }
  }

  private static void breakOff(HttpExchange exchange, Optional<byte[]> file) throws IOException {
    byte[] content = file.orElseThrow();
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content, 0, content.length / 2);
    exchange.getResponseBody().flush();
    exchange.close();
  }

  @Test
  void connection_brokenMidBody_isTriedAgainAfterAWait() {
    server.misbehave(HELLO, BrokenServersTest::breakOff);
    CvmfsConf conf =
        repository.conf(server.url(), Map.of("CVMFS_MAX_RETRIES", "3", "CVMFS_BACKOFF_MAX", "3"));
    assertThatThrownBy(() -> readAll(conf))
        .isInstanceOf(CvmfsFailure.Network.class)
        .hasMessageContaining("connection broke before the end");
    assertThat(server.requests().stream().filter(HELLO::equals)).hasSize(4);
    assertThat(waits).hasSize(3).allMatch(wait -> wait.compareTo(Duration.ofSeconds(3)) <= 0);
  }

  @Test
  void connection_brokenOnce_isNoFailure() throws IOException {
    List<String> broken = new ArrayList<>();
    server.misbehave(
        HELLO,
        (exchange, file) -> {
          if (broken.isEmpty()) {
            broken.add(HELLO);
            breakOff(exchange, file);
          } else {
            RepositoryServer.send(exchange, 200, file.orElseThrow());
          }
        });
    assertThat(readAll()).isPositive();
    assertThat(broken).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 403, 500, 503, 302, 429})
  void firstHost_thatRefuses_isReplacedByTheSecond(int status) throws IOException {
    try (RepositoryServer second = RepositoryServer.of(repository.directory())) {
      server.refuse(HELLO, status);
      server.refuse(NESTED_CATALOG, status);
      assertThat(readAll(repository.conf(server.url() + ";" + second.url()))).isPositive();
      assertThat(second.requests()).contains(HELLO);
    }
  }

  private static void redirect(HttpExchange exchange, String target) throws IOException {
    exchange.getResponseHeaders().set("Location", target);
    exchange.sendResponseHeaders(302, -1);
  }

  @Test
  void redirects_areFollowedOnlyIfTheConfigurationSaysSo() throws IOException {
    try (RepositoryServer second = RepositoryServer.of(repository.directory())) {
      server.misbehave(HELLO, (exchange, file) -> redirect(exchange, second.url() + "/" + HELLO));
      assertThatThrownBy(this::readAll)
          .isInstanceOf(CvmfsFailure.Network.class)
          .hasMessageContaining("CVMFS_FOLLOW_REDIRECTS=yes");
      assertThat(second.requests()).isEmpty();
      CvmfsConf conf = repository.conf(server.url(), Map.of("CVMFS_FOLLOW_REDIRECTS", "yes"));
      assertThat(readAll(conf)).isPositive();
      assertThat(second.requests()).containsExactly(HELLO);
    }
  }

  @Test
  void redirects_inACircle_endAfterFour() {
    server.misbehave(HELLO, (exchange, file) -> redirect(exchange, "/" + HELLO));
    CvmfsConf conf = repository.conf(server.url(), Map.of("CVMFS_FOLLOW_REDIRECTS", "yes"));
    assertThatThrownBy(() -> readAll(conf)).isInstanceOf(CvmfsFailure.Network.class);
    assertThat(server.requests().stream().filter(HELLO::equals)).hasSize(5);
  }

  @Test
  void redirect_toALocalFile_isNotFollowed() {
    String file = repository.directory().resolve(HELLO).toUri().toString();
    server.misbehave(HELLO, (exchange, content) -> redirect(exchange, file));
    CvmfsConf conf = repository.conf(server.url(), Map.of("CVMFS_FOLLOW_REDIRECTS", "yes"));
    assertThatThrownBy(() -> readAll(conf)).isInstanceOf(CvmfsFailure.Network.class);
  }

  @ParameterizedTest
  @CsvSource({"'2,1',true", "'1,2',false", "'2,2',false"})
  void nearestServer_isAskedFirstIfTheAnswerMakesSense(String answer, boolean second)
      throws IOException {
    try (RepositoryServer other = RepositoryServer.of(repository.directory())) {
      List<String> asked = new ArrayList<>();
      for (RepositoryServer each : List.of(server, other)) {
        each.misbehave(
            "api/v1.0/geo/me/127.0.0.1,127.0.0.1",
            (exchange, file) -> {
              asked.add(answer);
              RepositoryServer.send(exchange, 200, answer.getBytes(StandardCharsets.US_ASCII));
            });
      }
      CvmfsConf conf =
          repository.conf(
              server.url() + ";" + other.url(),
              Map.of("CVMFS_USE_GEOAPI", "yes", "CVMFS_PROXY_TEMPLATE", "me"));
      assertThat(readAll(conf)).isPositive();
      assertThat(asked).isNotEmpty();
      assertThat(other.requests().contains(HELLO)).isEqualTo(second);
      assertThat(server.requests().contains(HELLO)).isEqualTo(!second);
    }
  }

  @Test
  void maxServers_leavesTheFirstOnes() throws IOException {
    try (RepositoryServer second = RepositoryServer.of(repository.directory())) {
      server.refuse(HELLO, 404);
      CvmfsConf conf =
          repository.conf(server.url() + ";" + second.url(), Map.of("CVMFS_MAX_SERVERS", "1"));
      assertThatThrownBy(() -> readAll(conf)).isInstanceOf(CvmfsFailure.Network.class);
      assertThat(second.requests()).isEmpty();
    }
  }

  @Test
  void firstHost_thatIsNotThere_isReplacedByTheSecond() throws IOException {
    String nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = "http://127.0.0.1:" + socket.getLocalPort();
    }
    assertThat(readAll(repository.conf(nobody + ";" + server.url()))).isPositive();
    assertThat(waits).hasSize(1);
  }

  @Test
  void host_withAnAgeThatIsNoNumber_isGoodEnough() throws IOException {
    server.misbehave(
        HELLO,
        (exchange, file) -> {
          exchange.getResponseHeaders().set("Age", "0, 12");
          RepositoryServer.send(exchange, 200, file.orElseThrow());
        });

    assertThat(readAll(repository.conf(server.url()))).isPositive();

    assertThat(server.requests()).containsOnlyOnce(HELLO);
  }

  @Test
  void allHosts_failing_areAllInTheMessage() throws IOException {
    String nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = "http://127.0.0.1:" + socket.getLocalPort();
    }
    server.refuse(MANIFEST, 503);
    assertThatThrownBy(() -> readAll(repository.conf(nobody + ";" + server.url())))
        .isInstanceOf(CvmfsFailure.Network.class)
        .hasMessageContaining(nobody + ": Connection refused (again)")
        .hasMessageContaining(server.url() + ": HTTP 503");
  }

  @ParameterizedTest
  @ValueSource(strings = {"300", "0"})
  void proxy_thatIsDead_isReplacedByTheNextGroup(String reset) throws IOException {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    CvmfsConf conf =
        repository.conf(
            server.url(),
            Map.of(
                "CVMFS_HTTP_PROXY",
                "http://127.0.0.1:%d;DIRECT".formatted(nobody),
                "CVMFS_PROXY_RESET_AFTER",
                reset));
    assertThat(readAll(conf)).isPositive();
  }

  @Test
  void proxy_thatConfesses_isReplacedAndNamedInTheMessage() throws IOException {
    try (RepositoryServer proxy = RepositoryServer.of(temporary)) {
      proxy.misbehave(
          MANIFEST,
          (exchange, file) -> {
            exchange.getResponseHeaders().set("X-Squid-Error", "ERR_READ_ERROR 0");
            RepositoryServer.send(exchange, 502, new byte[] {'e'});
          });
      String address = "127.0.0.1:" + proxy.port();
      CvmfsConf conf =
          repository.conf(
              server.url(), Map.of("CVMFS_HTTP_PROXY", "http://user:secret@" + address));
      assertThatThrownBy(() -> readAll(conf))
          .isInstanceOf(CvmfsFailure.Network.class)
          .hasMessageContaining("through proxy " + address + ": HTTP 502")
          .hasMessageNotContaining("secret");
      assertThat(proxy.requests()).containsExactly(MANIFEST);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void cachedObject_damagedOnDisk_isFetchedAnew() throws IOException {
    readAll();
    ObjectName hello =
        new ObjectName(
            ContentHash.parse("9b7f233ffb4e3ae26cf5b593c5282c1e8b58e17e"), ObjectKind.DATA);
    Path cached = temporary.resolve("cache").resolve(hello.url());
    Files.write(cached, new byte[0]);
    try (RepositoryServer again = RepositoryServer.of(repository.directory())) {
      assertThat(readAll(repository.conf(again.url()))).isPositive();
      assertThat(again.requests()).contains(HELLO);
    }
  }
}
