package dev.cvmfs.shrinkwrap.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryServerTest {
  private static final String FQRN = "a.example.org";

  private @TempDir Path folder;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private RepositoryServer server;

  // NullAway wants the field set by a constructor, but only a method may fail with IOException.
  RepositoryServerTest() throws IOException {
    server = RepositoryServer.start();
  }

  @BeforeEach
  void serveTwoRevisions() throws IOException {
    Files.writeString(folder.resolve(".cvmfspublished"), "newest");
    Files.writeString(folder.resolve("r1.cvmfspublished"), "one");
    Files.writeString(folder.resolve("r2.cvmfspublished"), "two");
    Files.writeString(folder.resolve("empty"), "");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void manifest_isTheRevisionShown() throws Exception {
    server.serve(FQRN, folder);
    assertThat(get("/.cvmfspublished").body()).isEqualTo("newest");

    server.serve(FQRN, folder, "r1");
    assertThat(get("/.cvmfspublished").body()).isEqualTo("one");

    server.show(FQRN, "r2");
    assertThat(get("/.cvmfspublished").body()).isEqualTo("two");
  }

  @Test
  void requests_areLogged_andShareAConnection() throws Exception {
    server.serve(FQRN, folder);
    for (int i = 0; i < 5; i++) {
      get("/.cvmfspublished");
      get("/nothing");
      get("/empty");
    }

    assertThat(server.requests()).hasSize(15);
    assertThat(server.requests().get(0))
        .isEqualTo(
            new RepositoryServer.Request("GET", "/cvmfs/" + FQRN + "/.cvmfspublished", 200, 6));
    assertThat(server.requests().get(1).status()).isEqualTo(404);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void refusedPath_answersTheStatus_untilNothingIsRefused() throws Exception {
    server.serve(FQRN, folder);
    server.refuse(path -> path.endsWith("published"), 503);
    assertThat(get("/.cvmfspublished").statusCode()).isEqualTo(503);

    server.refuseNothing();
    assertThat(get("/.cvmfspublished").statusCode()).isEqualTo(200);
  }

  @Test
  void pathOutsideTheFolder_isNotFound() throws Exception {
    Path inside = Files.createDirectory(folder.resolve("inside"));
    server.serve(FQRN, inside);

    assertThat(get("/../r1.cvmfspublished").statusCode()).isEqualTo(404);
    assertThat(get("/%2e%2e/r1.cvmfspublished").statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.url(FQRN) + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
