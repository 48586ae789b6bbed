package dev.cvmfs.it;

import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Wrong input, and surroundings that fail: exit code, message, and nothing written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalIT {
  private static final int USAGE = 2;
  private static final int IMAGE = 3;
  private static final int TRUST = 5;
  private static final int CVMFS = 6;
  private static final int LOCAL_DISK = 8;
  private static final String FQRN = "sound.example.org";

  // All are made once, before the first test.
  @SuppressWarnings("NullAway.Init")
  private Ground<EmbeddedRegistry> ground;

  @SuppressWarnings("NullAway.Init")
  private RepositoryPublisher publisher;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  @SuppressWarnings("NullAway.Init")
  private String image;

  @BeforeAll
  void publish(@TempDir Path folder) throws IOException {
    ground = Ground.withEmbeddedRegistry(folder);
    publisher =
        new RepositoryPublisher(ground.newFolder("published"), PublisherOptions.named(FQRN));
    Tree tree = new Tree();
    tree.file("/bin/hello", "#!/bin/sh\necho hello\n").mode(0755);
    publisher.publish(tree);
    ground.cvmfs().serve(publisher);
    settings = ground.settings(publisher);
    image = ground.pushSmallImage();
  }

  @AfterAll
  void close() {
    ground.close();
  }

  @Test
  void configuration_missing_isUsage() throws IOException {
    Refusal.ofBare(ground, "oci", image, "--json")
        .hasExitCode(USAGE)
        .says("-c CONF", "CVMFS_SERVER_URL")
        .leavesTheImageAlone();
  }

  @Test
  void configuration_neitherFileNorPreset_isUsage_andSaysWhereItLooked() throws IOException {
    Refusal.ofBare(ground, "oci", image, "--json", "-c", "hub.dokker.com")
        .hasExitCode(USAGE)
        .says("hub.dokker.com", "hub.docker.com.conf", ".config/cvmfs_shrinkwrap")
        .leavesTheImageAlone();
  }

  @Test
  void configuration_withoutServer_isUsage() throws IOException {
    Refusal.of(ground, settings.without("CVMFS_SERVER_URL"), image)
        .hasExitCode(USAGE)
        .says(FQRN, "CVMFS_SERVER_URL")
        .leavesTheImageAlone();
  }

  @Test
  void configuration_masterKeyMissing_isUsage() throws IOException {
    Refusal.of(ground, settings.with("CVMFS_PUBLIC_KEY", "/nowhere/master.pub"), image)
        .hasExitCode(USAGE)
        .says("/nowhere/master.pub")
        .leavesTheImageAlone();
  }

  @Test
  void specification_missing_isUsage() throws IOException {
    Refusal.of(ground, settings, image, "--spec", "/nowhere/my.spec")
        .hasExitCode(USAGE)
        .says("/nowhere/my.spec")
        .leavesTheImageAlone();
  }

  @Test
  void specification_wrong_isUsage_andNamesTheLine() throws IOException {
    Path wrong = ground.newFolder("specification").resolve("wrong.spec");
    Files.writeString(wrong, "/bin/*\nbin/without/slash\n");

    Refusal.of(ground, settings, image, "--spec", wrong.toString())
        .hasExitCode(USAGE)
        .says(wrong.toString(), "2", "bin/without/slash")
        .leavesTheImageAlone();
  }

  @Test
  void image_notInTheRegistry_isImage() throws IOException {
    String missing = ground.registry().host() + "/test/missing:latest";

    Refusal.of(ground, settings, missing)
        .hasExitCode(IMAGE)
        .says("test/missing", "latest", ground.registry().host())
        .leavesTheImageAlone();
  }

  @Test
  void registry_notThere_isImage() throws IOException {
    String nobody = "127.0.0.1:" + freePort();

    Refusal.of(ground, settings.with("OCI_INSECURE", nobody), nobody + "/test/image:latest")
        .hasExitCode(IMAGE)
        .says(nobody, "refused");
  }

  @Test
  void masterKey_ofAnotherRepository_isTrust() throws IOException {
    SampleRepository tiny = SampleRepository.TINY;
    Path key = tiny.masterKey(tiny.copyInto(ground.newFolder("tiny")));

    Refusal.of(ground, settings.with("CVMFS_PUBLIC_KEY", key), image)
        .hasExitCode(TRUST)
        .says(FQRN, key.toString())
        .leavesTheImageAlone();
  }

  @Test
  void cvmfsServer_notThere_isCvmfs() throws IOException {
    String nobody = "http://127.0.0.1:%d/cvmfs/@fqrn@".formatted(freePort());

    Refusal.of(ground, settings.with("CVMFS_SERVER_URL", nobody), image)
        .hasExitCode(CVMFS)
        .says(FQRN, nobody.replace("/cvmfs/@fqrn@", ""), "refused")
        .leavesTheImageAlone();
  }

  @Test
  void cvmfsServer_inTrouble_isCvmfs() throws IOException {
    ground.cvmfs().refuse(path -> path.contains("/data/"), 500);
    try {
      Refusal.of(ground, settings.with("OCI_CACHE", ground.newFolder("cache")), image)
          .hasExitCode(CVMFS)
          .says(FQRN, "500", ground.cvmfs().url(FQRN))
          .leavesTheImageAlone();
    } finally {
      ground.cvmfs().refuseNothing();
    }
  }

  @Test
  void cache_isAFile_isLocalDisk() throws IOException {
    Path file = Files.createFile(ground.newFolder("cache").resolve("file"));

    Refusal.of(ground, settings.with("OCI_CACHE", file), image)
        .hasExitCode(LOCAL_DISK)
        .says(file.toString())
        .leavesTheImageAlone();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
