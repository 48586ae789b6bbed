package dev.cvmfs.shrinkwrap.cvmfs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may go wrong between the servers and us: proxies, and lines that are too slow. */
class BrokenWaysTest {
  private static final String MANIFEST = ".cvmfspublished";
  private static final String HELLO = "data/9b/7f233ffb4e3ae26cf5b593c5282c1e8b58e17e";

  @TempDir Path temporary;
  private final TestRepository repository = TestRepository.named("tiny.example.org");
  private RepositoryServer server;

  @BeforeEach
  void serve() throws IOException {
    server = RepositoryServer.of(repository.directory());
  }

  @AfterEach
  void close() {
    server.close();
  }

  private CvmfsClient client() throws IOException {
    return new CvmfsClient(
        temporary.resolve("cache"),
        Clock.fixed(Instant.parse("2026-12-01T12:00:00Z"), ZoneOffset.UTC),
        new Random(1),
        wait -> {},
        Map.of(),
        "cvmfs test");
  }

  private CvmfsConf through(String proxies) {
    return repository.conf(server.url(), Map.of("CVMFS_HTTP_PROXY", proxies));
  }

  private void readAll(CvmfsConf conf) throws IOException {
    try (CvmfsClient client = client();
        Snapshot snapshot = client.open(conf)) {
      readAll(snapshot);
    }
  }

  private static void readAll(Snapshot snapshot) throws IOException {
    try (EntryCursor cursor = snapshot.walk(Everything.specification())) {
      while (cursor.hasNext()) {
        if (cursor.next() instanceof Entry.RegularFile file) {
          FileContent.open(snapshot.objects(), file).transferTo(OutputStream.nullOutputStream());
        }
      }
    }
  }

  @Test
  void server_slowerThanTheLimit_isGivenUp() {
    server.misbehave(HELLO, BrokenWaysTest::trickle);
    CvmfsConf conf =
        repository.conf(
            server.url(), Map.of("CVMFS_TIMEOUT_DIRECT", "1", "CVMFS_MAX_RETRIES", "0"));

    assertThatThrownBy(() -> readAll(conf))
        .isInstanceOf(CvmfsFailure.Network.class)
        .hasMessageContaining("object 9b7f233ffb4e3ae26cf5b593c5282c1e8b58e17e")
        .hasMessageContaining("bytes a second for 1 s, the limit is 1024");
  }

  /** Ten bytes a second, so that only the limit tells that this is no way to send a file. */
  private static void trickle(HttpExchange exchange, Optional<byte[]> file) throws IOException {
    byte[] content = file.orElseThrow();
    exchange.sendResponseHeaders(200, content.length);
    for (byte b : content) {
      exchange.getResponseBody().write(b);
      exchange.getResponseBody().flush();
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Test
  void proxy_thatSendsALoginPageForEverything_isToldByThePage() throws IOException {
    try (RepositoryServer proxy = RepositoryServer.of(repository.directory())) {
      proxy.replace(MANIFEST, file -> "<html>Please log in".getBytes(StandardCharsets.UTF_8));

      assertThatThrownBy(() -> readAll(through("http://127.0.0.1:" + proxy.port())))
          .isInstanceOf(CvmfsFailure.Data.class)
          .hasMessageContaining("carries no signature. It begins with '<html>Please log in'");
    }
  }

  @Test
  void proxy_thatSendsGarbageForAnObject_isNamed() throws IOException {
    try (RepositoryServer proxy = RepositoryServer.of(repository.directory())) {
      proxy.replace(HELLO, file -> "garbage".getBytes(StandardCharsets.UTF_8));
      String address = "127.0.0.1:" + proxy.port();

      assertThatThrownBy(() -> readAll(through("http://" + address)))
          .isInstanceOf(CvmfsFailure.Data.class)
          .hasMessageContaining("through proxy " + address + ": sent something else: 7 bytes");
    }
  }

  @Test
  void proxy_thatDiesMidRun_isReplacedByADirectConnection() throws IOException {
    RepositoryServer proxy = RepositoryServer.of(repository.directory());
    try (CvmfsClient client = client();
        Snapshot snapshot = client.open(through("http://127.0.0.1:" + proxy.port() + ";DIRECT"))) {
      assertThat(server.requests()).isEmpty();
      proxy.close();

      readAll(snapshot);

      assertThat(proxy.requests()).contains(MANIFEST).doesNotContain(HELLO);
      assertThat(server.requests()).contains(HELLO).doesNotContain(MANIFEST);
    }
  }

  @Test
  void proxy_thatDiesMidRunAndWasTheOnlyOne_isNamed() throws IOException {
    RepositoryServer proxy = RepositoryServer.of(repository.directory());
    String address = "127.0.0.1:" + proxy.port();
    try (CvmfsClient client = client();
        Snapshot snapshot = client.open(through("http://" + address))) {
      proxy.close();

      assertThatThrownBy(() -> readAll(snapshot))
          .isInstanceOf(CvmfsFailure.Network.class)
          .hasMessageContaining("through proxy " + address + ": Connection refused");
    }
  }
}
