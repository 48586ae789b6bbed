package dev.cvmfs.shrinkwrap.cvmfs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathLookup;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root catalogs of servers that let nobody into {@code data/} before they are authorized. */
class AlternativeRootPathTest {
  private static final String FQRN = "guarded.example.org";

  @TempDir Path folder;

  @Test
  void rootCatalog_besideTheData_isFoundWhereTheConfigurationSaysSo() throws IOException {
    Path repository = folder.resolve("repository");
    RepositoryPublisher publisher =
        new RepositoryPublisher(repository, PublisherOptions.named(FQRN));
    Tree tree = new Tree();
    tree.file("/hello", "hello");
    String root = publisher.publish(tree).catalog("").toString();
    Files.move(
        repository.resolve("data/" + root.substring(0, 2) + "/" + root.substring(2) + "C"),
        repository.resolve(".cvmfsalt-" + root + "C"));
    String key = publisher.masterKey().toString();

    try (CvmfsClient client = CvmfsClient.withCache(folder.resolve("cache"))) {
      assertThatThrownBy(() -> client.open(conf(repository, key, "no")).close())
          .isInstanceOf(CvmfsFailure.Network.class)
          .hasMessageContaining("cannot get the root catalog");
      try (Snapshot snapshot = client.open(conf(repository, key, "yes"))) {
        assertThat(PathLookup.find(snapshot, TreePath.of("/hello"))).isPresent();
      }
    }
  }

  private static CvmfsConf conf(Path repository, String key, String alternative) {
    return CvmfsConf.of(
        Conf.of(
            Map.of(
                "CVMFS_SERVER_URL", repository.toUri().toString(),
                "CVMFS_PUBLIC_KEY", key,
                "CVMFS_ALT_ROOT_PATH", alternative),
            "test"),
        FQRN);
  }
}
