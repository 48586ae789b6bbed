package dev.cvmfs.shrinkwrap.cvmfs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathLookup;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files whose bytes are not in the repository. */
class ExternalFilesTest {
  private static final String FQRN = "external.example.org";
  private static final String ODD_NAME = "/dir/a b%[ü]+c";

  @TempDir Path folder;
  private final byte[] large = new byte[100_000];
  private RepositoryServer server;
  private RepositoryPublisher publisher;

  @BeforeEach
  void publish() throws IOException {
    new Random(7).nextBytes(large);
    publisher =
        new RepositoryPublisher(
            folder.resolve("repository"),
            PublisherOptions.named(FQRN).external(true).chunkSize(30_000));
    Tree tree = new Tree();
    tree.directory("/dir");
    tree.file(ODD_NAME, "plain");
    tree.file("/dir/empty", "");
    tree.file("/large", large);
    publisher.publish(tree);
    server = RepositoryServer.start().serve(publisher);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String external(String scheme) {
    return scheme.equals("http")
        ? server.url("@fqrn@") + "/external"
        : folder.resolve("repository/external").toUri().toString();
  }

  private byte[] read(String path, Map<String, String> more) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("CVMFS_SERVER_URL", server.urlTemplate());
    settings.put("CVMFS_PUBLIC_KEY", publisher.masterKey().toString());
    settings.put("CVMFS_MAX_RETRIES", "0");
    settings.putAll(more);
    try (CvmfsClient client = CvmfsClient.withCache(folder.resolve("cache"));
        Snapshot snapshot = client.open(CvmfsConf.of(Conf.of(settings, "test"), FQRN))) {
      Entry entry = PathLookup.find(snapshot, TreePath.of(path)).orElseThrow();
      try (InputStream content = FileContent.open(snapshot.objects(), (Entry.RegularFile) entry)) {
        return content.readAllBytes();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "file"})
  void externalFile_comesFromTheExternalServerUnderItsName(String scheme) throws IOException {
    Map<String, String> conf = Map.of("CVMFS_EXTERNAL_URL", external(scheme));
    assertThat(read(ODD_NAME, conf)).isEqualTo("plain".getBytes(StandardCharsets.UTF_8));
    assertThat(read("/dir/empty", conf)).isEmpty();
    assertThat(read("/large", conf)).isEqualTo(large);
  }

  @Test
  void chunks_areAskedForByRange() throws IOException {
    read("/large", Map.of("CVMFS_EXTERNAL_URL", external("http")));
    assertThat(server.requests())
        .filteredOn(request -> request.path().endsWith("/external/large"))
        .extracting(RepositoryServer.Request::status, RepositoryServer.Request::bytes)
        .containsExactlyInAnyOrder( // several chunks are on their way at once
            tuple(206, 30_000L), tuple(206, 30_000L), tuple(206, 30_000L), tuple(206, 10_000L));
  }

  @Test
  void externalFile_readBefore_isInTheCache() throws IOException {
    read("/large", Map.of("CVMFS_EXTERNAL_URL", external("http")));
    assertThat(read("/large", Map.of("CVMFS_EXTERNAL_URL", "http://127.0.0.1:1/")))
        .isEqualTo(large);
  }

  @Test
  void externalFile_withoutExternalServer_saysWhatToSet() {
    assertThatThrownBy(() -> read("/large", Map.of()))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("/large")
        .hasMessageContaining("set CVMFS_EXTERNAL_URL");
  }

  @Test
  void externalFile_changedOnItsServer_isRefused() throws IOException {
    Path file = folder.resolve("repository/external/large");
    byte[] changed = large.clone();
    changed[99_999] ^= 1;
    Files.write(file, changed);
    assertThatThrownBy(() -> read("/large", Map.of("CVMFS_EXTERNAL_URL", external("http"))))
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("external file /large")
        .hasMessageContaining("sent something else");
    Files.writeString(file, "short");
    assertThatThrownBy(() -> read("/large", Map.of("CVMFS_EXTERNAL_URL", external("file"))))
        .isInstanceOf(CvmfsFailure.Network.class)
        .hasMessageContaining("416");
  }

  @Test
  void externalServers_failOver_andDoNotUseTheRepositorysProxy() throws IOException {
    String nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = "http://127.0.0.1:" + socket.getLocalPort();
    }
    Map<String, String> conf = Map.of("CVMFS_EXTERNAL_URL", nobody + ";" + external("http"));
    assertThat(read("/large", conf)).isEqualTo(large);
    assertThatThrownBy(
            () ->
                read(
                    ODD_NAME,
                    Map.of(
                        "CVMFS_EXTERNAL_URL",
                        external("http"),
                        "CVMFS_EXTERNAL_HTTP_PROXY",
                        nobody)))
        .isInstanceOf(CvmfsFailure.Network.class)
        .hasMessageContaining("through proxy 127.0.0.1");
  }
}
