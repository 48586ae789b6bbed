package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SquidIT {
  private @TempDir Path folder;

  @BeforeEach
  void needs() {
    Needs.parts(RealPart.SQUID);
  }

  /** Something to do after each file. */
  private interface AfterFile {
    void run(int filesRead);
  }

  /** Reads every file; the lengths by path. */
  private static Map<String, Integer> readAll(CvmfsConf conf, Path cache, AfterFile after)
      throws IOException {
    Map<String, Integer> lengths = new TreeMap<>();
    try (CvmfsClient client = CvmfsClient.withCache(cache);
        Snapshot snapshot = client.open(conf);
        EntryCursor entries =
            snapshot.walk(
                SpecificationFile.parse("/*\n".getBytes(StandardCharsets.UTF_8), "all"))) {
      while (entries.hasNext()) {
        if (entries.next() instanceof Entry.RegularFile file) {
          try (InputStream content = FileContent.open(snapshot.objects(), file)) {
            lengths.put(file.path().toString(), content.readAllBytes().length);
          }
          after.run(lengths.size());
        }
      }
    }
    return lengths;
  }

  private CvmfsConf conf(Path tiny, RepositoryServer server, String proxies) {
    return CvmfsConf.of(
        Conf.of(
            Map.of(
                "CVMFS_SERVER_URL",
                server.urlTemplate(),
                "CVMFS_PUBLIC_KEY",
                SampleRepository.TINY.masterKey(tiny).toString(),
                "CVMFS_MAX_RETRIES",
                "0",
                "CVMFS_HTTP_PROXY",
                proxies),
            "test"),
        SampleRepository.TINY.fqrn());
  }

  @Test
  void secondRead_isServedByTheProxysCache() throws IOException {
    Path tiny = SampleRepository.TINY.copyInto(folder);
    try (RepositoryServer server =
            RepositoryServer.start().serve(SampleRepository.TINY.fqrn(), tiny, "r1");
        Squid squid = Squid.start(folder.resolve("squid"))) {
      CvmfsConf conf = conf(tiny, server, squid.url());
      Map<String, Integer> first = readAll(conf, folder.resolve("cache1"), files -> {});
      int requests = squid.log().size();
      server.forgetRequests();

      assertThat(readAll(conf, folder.resolve("cache2"), files -> {})).isEqualTo(first);

      assertThat(squid.log().subList(requests, squid.log().size()))
          .filteredOn(line -> line.contains("/data/"))
          .isNotEmpty()
          .allMatch(line -> line.contains("TCP_MEM_HIT/200") || line.contains("TCP_HIT/200"));
      assertThat(server.requests()).noneMatch(request -> request.path().contains("/data/"));
    }
  }

  @Test
  void proxy_thatDiesOnTheWay_isReplacedByTheNextGroup() throws IOException {
    Path tiny = SampleRepository.TINY.copyInto(folder);
    try (RepositoryServer server =
            RepositoryServer.start().serve(SampleRepository.TINY.fqrn(), tiny, "r1");
        Squid second = Squid.start(folder.resolve("second"))) {
      Map<String, Integer> expected =
          readAll(conf(tiny, server, "DIRECT"), folder.resolve("cache1"), files -> {});
      try (Squid first = Squid.start(folder.resolve("first"))) {
        CvmfsConf conf = conf(tiny, server, first.url() + ";" + second.url());
        Map<String, Integer> read =
            readAll(
                conf,
                folder.resolve("cache2"),
                files -> {
                  if (files == 2) {
                    first.kill();
                  }
                });
        assertThat(read).isEqualTo(expected);
        assertThat(first.log()).isNotEmpty();
        assertThat(second.log()).isNotEmpty();
      }
    }
  }
}
