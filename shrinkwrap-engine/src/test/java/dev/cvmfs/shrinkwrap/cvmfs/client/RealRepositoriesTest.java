package dev.cvmfs.shrinkwrap.cvmfs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Ownership;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathLookup;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repositories that CernVM-FS's own server tools published, against listings known to be right. */
class RealRepositoriesTest {
  /** Lies beside the project where it was developed; too large to be part of it. */
  private static final Path DEMO = Path.of("../../shared/data/demo.example.org");

  private final TestRepository repository = TestRepository.named("tiny.example.org");

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "tiny.example.org, r1, http",
    "tiny.example.org, r2, http",
    "tiny.example.org, r1, file",
    "tiny.example.org, r2, file",
    "shake.example.org, r1, http",
    "shake.example.org, r1, file"
  })
  void walk_ofWholeRepository_equalsExpectedListing(String fqrn, String revision, String scheme)
      throws IOException {
    compare(TestRepository.named(fqrn), revision, scheme);
  }

  @ParameterizedTest
  @CsvSource({"r1", "r2"})
  void walk_ofLargerRepository_equalsExpectedListing(String revision) throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(DEMO), () -> "SKIPPED: no " + DEMO.toAbsolutePath());
    compare(new TestRepository("demo.example.org", DEMO), revision, "http");
  }

  private void compare(TestRepository source, String revision, String scheme) throws IOException {
    try (RepositoryServer server = RepositoryServer.of(source.directory());
        CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"))) {
      server.publish(revision);
      String url =
          scheme.equals("file")
              ? source.copy(revision, temporary.resolve("copy")).toUri().toString()
              : server.url();
      try (Snapshot snapshot = client.open(source.conf(url))) {
        List<Map<String, String>> listing = listing(snapshot, Everything.specification());
        assertThat(listing.remove(0)).containsEntry("path", "/").containsEntry("mode", "40755");
        assertThat(listing)
            .isEqualTo(
                ExpectedListing.read(
                    source.directory().resolve("expected/" + revision + ".jsonl")));
      }
    }
  }

  private RepositoryServer served(String revision) throws IOException {
    RepositoryServer server = RepositoryServer.of(repository.directory());
    server.publish(revision);
    return server;
  }

  private static List<Map<String, String>> listing(Snapshot snapshot, Specification specification)
      throws IOException {
    List<Map<String, String>> listing = new ArrayList<>();
    Map<Long, String> linkGroups = new HashMap<>();
    try (EntryCursor cursor = snapshot.walk(specification)) {
      while (cursor.hasNext()) {
        listing.add(ExpectedListing.of(cursor.next(), snapshot.objects(), linkGroups));
      }
    }
    return listing;
  }

  @Test
  void open_ofNewestState_tellsWhichItIs() throws IOException {
    try (RepositoryServer server = served("r2");
        CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
        Snapshot snapshot = client.open(repository.conf(server.url()))) {
      assertThat(snapshot.fqrn()).isEqualTo("tiny.example.org");
      assertThat(snapshot.rootHash()).hasToString("7b47a42cd9cf6feb1ab9d9f039f34742a0ca32a7");
      assertThat(snapshot.revision()).isEqualTo(2);
      assertThat(snapshot.published()).isEqualTo(Instant.ofEpochSecond(1795346576));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CVMFS_REPOSITORY_TAG, r1",
    "CVMFS_REPOSITORY_DATE, 2026-11-22T11:22:55Z",
    "CVMFS_ROOT_HASH, f1825ba0b309d866b7295a5bb73b698e269bb667"
  })
  void open_ofPinnedState_givesThatOne(String key, String value) throws IOException {
    try (RepositoryServer server = served("r2");
        CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
        Snapshot snapshot = client.open(repository.conf(server.url(), Map.of(key, value)))) {
      assertThat(snapshot.rootHash()).hasToString("f1825ba0b309d866b7295a5bb73b698e269bb667");
      assertThat(snapshot.revision()).isEqualTo(1);
      assertThat(snapshot.published()).isEqualTo(Instant.ofEpochSecond(1795346575));
    }
  }

  @Test
  void walk_ofChunkedFile_namesItByTheHashOfItsChunks() throws IOException {
    try (RepositoryServer server = served("r1");
        CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
        Snapshot snapshot = client.open(repository.conf(server.url()));
        EntryCursor cursor = snapshot.walk(Everything.specification())) {
      Entry entry = cursor.next();
      while (!entry.path().equals(TreePath.of("/data/chunked/zeros.bin"))) {
        entry = cursor.next();
      }
      Entry.RegularFile file = (Entry.RegularFile) entry;
      assertThat(file.objects()).hasSizeGreaterThan(1);
      // Named like this in an export that CVMFS's own shrinkwrap made of the same revision.
      assertThat(file.identity()).hasToString("071dfdc928c903043dad8a77f7dd711a94ed3a67");
    }
  }

  @Test
  void walk_withSpecification_fetchesNoCatalogOutsideOfIt() throws IOException {
    try (RepositoryServer server = RepositoryServer.of(repository.directory());
        CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
        Snapshot snapshot = client.open(repository.conf(server.url()))) {
      List<String> paths = new ArrayList<>();
      try (EntryCursor cursor =
          snapshot.walk(Everything.exceptBelow("/nested/sub", "/software", "/deep"))) {
        cursor.forEachRemaining(entry -> paths.add(entry.path().toString()));
      }
      assertThat(paths)
          .contains("/", "/nested/f1", "/nested/sub", "/software", "/deep", "/xattr/user")
          .doesNotContain("/nested/sub/deeper", "/software/v1", "/deep/a");
      assertThat(snapshot.counters().catalogs()).isEqualTo(2);
      assertThat(server.requests().stream().filter(path -> path.endsWith("C"))).hasSize(2);
    }
  }

  @Test
  void secondRead_withSameCache_asksOnlyForManifestAndWhitelist() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (RepositoryServer server = RepositoryServer.of(repository.directory());
          CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
          Snapshot snapshot = client.open(repository.conf(server.url()))) {
        listing(snapshot, Everything.specification());
        if (i == 1) {
          assertThat(server.requests()).containsExactly(".cvmfspublished", ".cvmfswhitelist");
          assertThat(snapshot.counters().requests()).isEqualTo(2);
        } else {
          assertThat(server.requests()).doesNotHaveDuplicates();
        }
      }
    }
  }

  @Test
  void find_ofDeepPath_opensOnlyTheCatalogsOnTheWay() throws IOException {
    try (RepositoryServer server = served("r1");
        CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
        Snapshot snapshot = client.open(repository.conf(server.url()))) {
      Entry entry = PathLookup.find(snapshot, TreePath.of("/nested/sub/deeper/f1")).orElseThrow();
      assertThat(FileContent.open(snapshot.objects(), (Entry.RegularFile) entry))
          .asString(StandardCharsets.UTF_8)
          .hasSize(4);
      assertThat(PathLookup.find(snapshot, TreePath.of("/nested/sub/none"))).isEmpty();
      assertThat(server.requests().stream().filter(path -> path.endsWith("C"))).hasSize(3);
    }
  }

  @Test
  void requests_ofOneClient_shareConnectionsAndSayWhoWeAre() throws IOException {
    Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
    Set<String> headers = ConcurrentHashMap.newKeySet();
    try (RepositoryServer server = served("r1");
        CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"))) {
      server.watch(
          exchange -> {
            connections.add(exchange.getRemoteAddress());
            headers.add(
                exchange.getRequestHeaders().getFirst("User-Agent")
                    + "|"
                    + exchange.getRequestHeaders().getFirst("Accept-Encoding"));
          });
      try (Snapshot snapshot = client.open(repository.conf(server.url()))) {
        listing(snapshot, Everything.specification());
      }
      assertThat(server.requests()).hasSizeGreaterThan(100);
      assertThat(connections).hasSizeLessThanOrEqualTo(16);
      assertThat(headers).containsExactly("cvmfs libcvmfs 2.12.6 cvmfs_shrinkwrap/0.1.0|identity");
    }
  }

  @Test
  void sameObject_wantedByManyAtOnce_isFetchedOnce() throws Exception {
    try (RepositoryServer server = served("r1");
        CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
        Snapshot snapshot = client.open(repository.conf(server.url()))) {
      Entry.RegularFile file =
          (Entry.RegularFile)
              PathLookup.find(snapshot, TreePath.of("/data/small/f23.txt")).orElseThrow();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        Callable<byte[]> read =
            () -> {
              snapshot.objects().prefetch(file.objects().get(0));
              return FileContent.open(snapshot.objects(), file).readAllBytes();
            };
        for (Future<byte[]> content : threads.invokeAll(Collections.nCopies(50, read))) {
          assertThat(content.get()).hasSize(4097);
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(server.requests()).doesNotHaveDuplicates();
      assertThat(snapshot.objects().isLocal(file.objects().get(0))).isTrue();
    }
  }

  @Test
  void list_ofDirectory_opensOnlyTheCatalogsOnTheWay() throws IOException {
    try (RepositoryServer server = served("r1");
        CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
        Snapshot snapshot = client.open(repository.conf(server.url()))) {
      List<String> paths = new ArrayList<>();
      try (EntryCursor cursor = PathLookup.list(snapshot, TreePath.of("/nested"), false)) {
        cursor.forEachRemaining(entry -> paths.add(entry.path().toString()));
      }
      assertThat(paths)
          .contains("/nested/f1", "/nested/sub")
          .doesNotContain("/", "/nested", "/nested/sub/deeper", "/bin");
      assertThat(server.requests().stream().filter(path -> path.endsWith("C"))).hasSize(2);
    }
  }

  @Test
  void claimedOwnership_isTheClaimants() throws IOException {
    try (CvmfsClient client =
            CvmfsClient.withCache(temporary.resolve("cache"), new Ownership.Owner(4, 5));
        Snapshot snapshot = client.open(localConf(Map.of("CVMFS_CLAIM_OWNERSHIP", "yes")));
        EntryCursor cursor = snapshot.walk(Everything.specification())) {
      assertThat(cursor)
          .toIterable()
          .allSatisfy(
              entry -> {
                assertThat(entry.attributes().uid()).isEqualTo(4);
                assertThat(entry.attributes().gid()).isEqualTo(5);
              });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', $(TINY_VAR)/x, $(TINY_VAR2:-/usr/share)/doc",
    "TINY_VAR=/opt, /opt/x, /usr/share/doc",
    "TINY_VAR2=a TINY_VAR=b, b/x, a/doc",
    "OTHER=x, /x, /usr/share/doc"
  })
  void variantSymlinks_areResolvedByGivenVariablesOnly(
      String variables, String plain, String withDefault) throws IOException {
    CvmfsConf conf = localConf(Map.of("CVMFS_SHRINKWRAP_SYMLINK_VARS", variables));
    try (CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
        Snapshot snapshot = client.open(conf)) {
      assertThat(target(snapshot, "/links/var")).isEqualTo(plain);
      assertThat(target(snapshot, "/links/vardef")).isEqualTo(withDefault);
      assertThat(target(snapshot, "/links/rel")).isEqualTo("../README");
    }
  }

  private static String target(Snapshot snapshot, String path) {
    Entry entry = PathLookup.find(snapshot, TreePath.of(path)).orElseThrow();
    return ((Entry.Symlink) entry).target().toString();
  }

  private CvmfsConf localConf(Map<String, String> more) throws IOException {
    Path copy = repository.copy("r2", temporary.resolve("copy"));
    return repository.conf(copy.toUri().toString(), more);
  }

  @Test
  void signatures_areLookedAtUnlessSwitchedOff() throws IOException {
    CvmfsConf signed = localConf(Map.of());
    // Not even a signature, and nobody who could have made one.
    Path manifest = temporary.resolve("copy/.cvmfspublished");
    String text = Files.readString(manifest, StandardCharsets.ISO_8859_1);
    Files.writeString(manifest, text.substring(0, text.indexOf("--")));
    Files.delete(temporary.resolve("copy/.cvmfswhitelist"));
    CvmfsConf unsigned =
        CvmfsConf.of(
            Conf.of(
                Map.of(
                    "CVMFS_SERVER_URL",
                    temporary.resolve("copy").toUri().toString(),
                    "CVMFS_SHRINKWRAP_UNVERIFIED",
                    "yes"),
                "test"),
            repository.fqrn());
    try (CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"))) {
      assertThatThrownBy(() -> client.open(signed)).isInstanceOf(CvmfsFailure.class);
      try (Snapshot snapshot = client.open(unsigned)) {
        assertThat(snapshot.trust()).isInstanceOf(Trust.Unverified.class);
        assertThat(snapshot.revision()).isEqualTo(2);
        assertThat(listing(snapshot, Everything.specification())).hasSizeGreaterThan(100);
      }
    }
    assertThat(temporary.resolve("cache/cvmfschecksum.tiny.example.org")).doesNotExist();
  }
}
