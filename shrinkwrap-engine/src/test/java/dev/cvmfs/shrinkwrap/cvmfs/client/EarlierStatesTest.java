package dev.cvmfs.shrinkwrap.cvmfs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from the newest state of a repository back to those before it. */
class EarlierStatesTest {
  private static final String FQRN = "earlier.example.org";
  private static final int STEPS = 10;

  @TempDir private Path temporary;
  private final List<ContentHash> states = new ArrayList<>();
  private RepositoryPublisher publisher;
  private RepositoryServer server;

  @BeforeEach
  void publish() throws IOException {
    publisher =
        new RepositoryPublisher(temporary.resolve("published"), PublisherOptions.named(FQRN));
    for (String content : List.of("first", "second", "third")) {
      publish(content);
    }
    server = RepositoryServer.start();
    server.serve(publisher);
  }

  private void publish(String content) throws IOException {
    Tree tree = new Tree();
    tree.file("/file", content);
    states.add(publisher.publish(tree).rootHash());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private CvmfsConf conf(String servers) {
    Map<String, String> settings =
        Map.of(
            "CVMFS_SERVER_URL",
            servers,
            "CVMFS_PUBLIC_KEY",
            publisher.masterKey().toString(),
            "CVMFS_MAX_RETRIES",
            "0");
    return CvmfsConf.of(Conf.of(settings, "test"), FQRN);
  }

  /** Nobody gives the state in the middle any more. */
  private void refuseSecond(RepositoryServer each, int status) {
    String hex = states.get(1).hex().substring(2);
    each.refuse(path -> path.contains(hex), status);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 403})
  void stateOnTheWay_thatCannotBeHad_isANetworkFailure(int status) throws IOException {
    try (CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
        Snapshot newest = client.open(conf(server.urlTemplate()))) {
      refuseSecond(server, status);
      assertThatThrownBy(() -> newest.isOrFollows(states.get(0), STEPS))
          .isInstanceOf(CvmfsFailure.Network.class)
          .hasMessageContaining("HTTP " + status);
      server.refuseNothing();
      assertThat(newest.isOrFollows(states.get(0), STEPS)).isTrue();
    }
  }

  @Test
  void stateOnTheWay_thatNoServerHas_endsTheWay() throws IOException {
    try (RepositoryServer other = RepositoryServer.start();
        CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"))) {
      other.serve(publisher);
      String both = server.urlTemplate() + ";" + other.urlTemplate();
      try (Snapshot newest = client.open(conf(both))) {
        refuseSecond(server, 404);
        refuseSecond(other, 503);
        assertThatThrownBy(() -> newest.isOrFollows(states.get(0), STEPS))
            .isInstanceOf(CvmfsFailure.Network.class);
        other.refuseNothing();
        refuseSecond(other, 404);
        assertThat(newest.isOrFollows(states.get(0), STEPS)).isFalse();
      }
    }
  }

  @Test
  void revision_ofAnotherBranch_isNotTaken() throws IOException {
    ContentHash elsewhere = ContentHash.parse("0123456789".repeat(4));
    publisher.nameOnBranch("test", "on-a-branch", elsewhere, 1);
    publish("fourth");
    try (CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
        Snapshot newest = client.open(conf(server.urlTemplate()))) {
      assertThat(newest.tags()).anyMatch(tag -> tag.rootHash().equals(elsewhere));
      assertThat(newest.rootOf(1, STEPS)).contains(states.get(0));
      assertThat(newest.isOrFollows(elsewhere, STEPS)).isTrue();
    }
  }
}
