package dev.cvmfs.shrinkwrap.cvmfs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryKeys;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine whose configuration, keys included, comes from a configuration repository. */
class SystemSettingsTest {
  private static final String CONFIG = "config.example.org";
  private static final String SOFTWARE = "software.example.org";

  @TempDir private Path temporary;
  private RepositoryServer server;
  private RepositoryPublisher config;
  private final Tree configurations = new Tree();
  private final RepositoryKeys softwareKeys =
      RepositoryKeys.generate(SOFTWARE, Instant.ofEpochSecond(1_795_000_000));

  @BeforeEach
  void publish() throws IOException {
    server = RepositoryServer.start();
    RepositoryPublisher software =
        new RepositoryPublisher(
            temporary.resolve("software"), PublisherOptions.named(SOFTWARE), softwareKeys);
    Tree tree = new Tree();
    tree.file("/hello", "hello");
    software.publish(tree);
    config = new RepositoryPublisher(temporary.resolve("config"), PublisherOptions.named(CONFIG));
    configurations.file("/etc/cvmfs/default.conf", "CVMFS_HTTP_PROXY=\"auto;DIRECT\"\n");
    configurations.file(
        "/etc/cvmfs/domains/example",
        """
        CVMFS_SERVER_URL="%s"
        CVMFS_KEYS_DIR=$CVMFS_MOUNT_DIR/$CVMFS_CONFIG_REPOSITORY/etc/cvmfs/keys/example.org
        """
            .formatted(server.urlTemplate()));
    configurations.symlink("/etc/cvmfs/domain.d/example.org.conf", "../domains/example");
    configurations.symlink("/etc/cvmfs/domain.d/none.conf", "nowhere");
    configurations.file(
        "/etc/cvmfs/keys/example.org/example.org.pub", Files.readAllBytes(software.masterKey()));
    configurations.file("/unrelated", "x");
    config.publish(configurations);
    server.serve(software).serve(config);
    writeSystemConfiguration(config.masterKey());
  }

  private void writeSystemConfiguration(Path configKey) throws IOException {
    Path etc = temporary.resolve("etc");
    Files.createDirectories(etc.resolve("config.d"));
    Files.writeString(
        etc.resolve("default.conf"),
        "CVMFS_MOUNT_DIR=/cvmfs\nCVMFS_CONFIG_REPOSITORY=%s\n".formatted(CONFIG));
    Files.writeString(
        etc.resolve("config.d/" + CONFIG + ".conf"),
        "CVMFS_SERVER_URL=%s\nCVMFS_PUBLIC_KEY=%s\n".formatted(server.urlTemplate(), configKey));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private CvmfsClient client() throws IOException {
    return CvmfsClient.withCache(temporary.resolve("cache"));
  }

  private Conf given(Map<String, String> more) {
    Map<String, String> settings = new LinkedHashMap<>(more);
    settings.put(SystemSettings.KEY, temporary.resolve("etc").toString());
    return Conf.of(settings, "test");
  }

  @Test
  void repository_configuredByConfigurationRepository_isOpened() throws IOException {
    Path keys;
    try (CvmfsClient client = client()) {
      CvmfsConf conf = client.settings(given(Map.of("CVMFS_HTTP_PROXY", "DIRECT")), SOFTWARE);
      keys = conf.publicKeys().get(0);
      try (Snapshot snapshot = client.open(conf)) {
        assertThat(snapshot.fqrn()).isEqualTo(SOFTWARE);
        assertThat(snapshot.revision()).isEqualTo(1);
      }
    }
    // The keys do not stay where somebody could exchange them.
    assertThat(keys).doesNotExist();
    try (Stream<Path> left = Files.list(temporary.resolve("cache/tmp"))) {
      assertThat(left).containsExactly(temporary.resolve("cache/tmp/lock"));
    }
  }

  @Test
  void proxyDiscovery_ofTheSystem_isRefusedUnlessAnotherProxyIsGiven() throws IOException {
    try (CvmfsClient client = client()) {
      CvmfsConf conf = client.settings(given(Map.of()), SOFTWARE);
      assertThatThrownBy(() -> client.open(conf))
          .isInstanceOf(ConfFailure.class)
          .hasMessageStartingWith(
              "/cvmfs/config.example.org/etc/cvmfs/default.conf:1: CVMFS_HTTP_PROXY")
          .hasMessageContaining("PAC");
    }
  }

  @Test
  void configurationRepository_notTrusted_isAFailureOfTrust() throws IOException {
    config.breakTrust().whitelistByForeignKey();
    try (CvmfsClient client = client()) {
      assertThatThrownBy(() -> client.settings(given(Map.of()), SOFTWARE))
          .isInstanceOf(CvmfsFailure.Trust.class)
          .hasMessageContaining(CONFIG);
    }
  }

  private void open() throws IOException {
    Conf given = given(Map.of("CVMFS_HTTP_PROXY", "DIRECT"));
    try (CvmfsClient client = client();
        Snapshot snapshot = client.open(client.settings(given, SOFTWARE))) {
      assertThat(snapshot.revision()).isEqualTo(1);
    }
  }

  @Test
  void certificate_revokedByTheConfigurationRepository_isRefused() throws IOException {
    configurations.file("/etc/cvmfs/blacklist", softwareKeys.fingerprint() + "\n");
    config.publish(configurations);
    assertThatThrownBy(this::open)
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("the manifest of " + SOFTWARE)
        .hasMessageContaining("etc/cvmfs/blacklist revokes");
  }

  @Test
  void revision_refusedByTheConfigurationRepository_isRefusedBesideAListThatIsGiven()
      throws IOException {
    configurations.file("/etc/cvmfs/blacklist", "<" + SOFTWARE + " 2\n");
    config.publish(configurations);
    Path own = Files.writeString(temporary.resolve("own"), "# nothing\n");
    Conf given = given(Map.of("CVMFS_HTTP_PROXY", "DIRECT", "CVMFS_BLACKLIST", own.toString()));
    try (CvmfsClient client = client()) {
      CvmfsConf conf = client.settings(given, SOFTWARE);
      assertThatThrownBy(() -> client.open(conf))
          .isInstanceOf(CvmfsFailure.Trust.class)
          .hasMessageContaining("refuses those before 2");
    }
  }

  @Test
  void configurationRepository_onTheBlacklistOfTheMachine_isRefused() throws IOException {
    open();
    Files.writeString(temporary.resolve("etc/blacklist"), "<" + CONFIG + " 2\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("the manifest of " + CONFIG)
        .hasMessageContaining("is revision 1, and the blacklist");
  }

  @Test
  void machine_notConfigured_isSaidSo() throws IOException {
    Conf conf = Conf.of(Map.of(SystemSettings.KEY, temporary + "/none"), "test");
    try (CvmfsClient client = client()) {
      assertThatThrownBy(() -> client.settings(conf, SOFTWARE))
          .isInstanceOf(ConfFailure.class)
          .hasMessageContaining("/none has no default.conf");
    }
  }

  @Test
  void configurationRepository_namedByAFileThatWasGiven_isNotRead() throws IOException {
    Conf conf = Conf.of(Map.of("CVMFS_CONFIG_REPOSITORY", CONFIG), "test");
    try (CvmfsClient client = client()) {
      assertThat(client.settings(conf, SOFTWARE).warnings()).isEmpty();
    }
    assertThat(server.requests()).isEmpty();
  }
}
