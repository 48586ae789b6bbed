package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that work on images, on a whole repository and images in layouts. */
class ImagesTest {
  private static final String FQRN = SampleRepository.TINY.fqrn();

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  // Started before each test.
  @SuppressWarnings("NullAway.Init")
  private RepositoryServer server;

  private Path conf = Path.of("");
  private Path spec = Path.of("");
  private String images = "";

  @BeforeEach
  void publish() throws IOException {
    Path repository = SampleRepository.TINY.copyInto(folder);
    server = RepositoryServer.start().serve(FQRN, repository, "r1");
    conf =
        Files.writeString(
            folder.resolve("tiny.conf"),
            "CVMFS_SERVER_URL=%s\nCVMFS_PUBLIC_KEY=%s\n"
                .formatted(server.urlTemplate(), SampleRepository.TINY.masterKey(repository)));
    spec = Files.writeString(folder.resolve(FQRN + ".spec"), "/bin/*\n");
    images = "oci:" + folder.resolve("images");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void set(String line) throws IOException {
    Files.writeString(conf, line + "\n", StandardOpenOption.APPEND);
  }

  private void make(String... tags) {
    for (String tag : tags) {
      assertThat(run("export", FQRN, "--to", images + ":" + tag, "--spec", spec.toString()))
          .isZero();
    }
    out.reset();
    err.reset();
  }

  @Test
  void status_ofImagesAtTwoHosts_sendsTheLoginToTheFirstAlone() throws IOException {
    try (ChallengingHost first = new ChallengingHost();
        ChallengingHost second = new ChallengingHost()) {
      set("OCI_AUTH=me:secret");
      set("OCI_INSECURE='http://%s http://%s'".formatted(first.name(), second.name()));

      assertThat(run("oci", "status", first.name() + "/a/x", second.name() + "/b/y")).isEqualTo(4);

      assertThat(first.authorizations()).contains(ChallengingHost.basic("me:secret"));
      assertThat(second.authorizations()).isNotEmpty().containsOnly("none");
      assertThat(err())
          .contains(
              "cvmfs_shrinkwrap: %s/a/x: ".formatted(first.name()),
              "cvmfs_shrinkwrap: %s/b/y: ".formatted(second.name()));
    }
  }

  @Test
  void login_whereTheFirstImageIsNoName_isSentToNobody() throws IOException {
    try (ChallengingHost second = new ChallengingHost()) {
      set("OCI_AUTH=me:secret");
      set("OCI_INSECURE='http://%s'".formatted(second.name()));
      for (String command : List.of("oci", "oci status")) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
        arguments.addAll(List.of("a//b:c:d", second.name() + "/b/y", "--json"));

        assertThat(run(arguments.toArray(String[]::new))).as(command).isEqualTo(2);

        assertThat(second.authorizations()).as(command).isEmpty();
        assertThat(out()).as(command).contains("\"a//b:c:d\"", second.name() + "/b/y");
      }
    }
  }

  @Test
  void injection_fromALayout_sendsTheLoginToItsDestination() throws IOException {
    make("v1");
    try (ChallengingHost host = new ChallengingHost()) {
      set("OCI_AUTH=me:secret");
      set("OCI_INSECURE='http://%s'".formatted(host.name()));

      String destination = host.name() + "/lab/x:v1";
      assertThat(run("oci", images + ":v1", "--dest", destination, "--spec", spec.toString()))
          .isEqualTo(4);

      assertThat(host.authorizations()).contains(ChallengingHost.basic("me:secret"));
      assertThat(err()).doesNotContain("is not sent to");
    }
  }

  @Test
  void status_ofSeveralImages_asksForTheRepositoryOnce_andWarnsOnce() throws IOException {
    make("one", "two");
    set("OCI_SPECC=x");
    server.forgetRequests();

    assertThat(run("oci", "status", images + ":one", images + ":none", images + ":two"))
        .isEqualTo(3);

    assertThat(server.requests())
        .extracting(request -> request.path())
        .filteredOn(path -> path.endsWith("/.cvmfspublished"))
        .hasSize(1);
    assertThat(out()).contains(images + ":one: fresh", images + ":two: fresh");
    assertThat(err()).containsOnlyOnce("OCI_SPECC").contains(images + ":none: ");
  }

  @Test
  void signatures_thatAreNotChecked_areWarnedOfByEveryCommand() throws IOException {
    make("v1");
    String export = folder.resolve("export").toString();
    assertThat(run("export", FQRN, "--to", export, "--spec", spec.toString())).isZero();
    set("CVMFS_SHRINKWRAP_UNVERIFIED=yes");
    String image = images + ":v1";
    List<List<String>> commands =
        List.of(
            List.of("oci", image),
            List.of("oci", "status", image),
            List.of("diff", image),
            List.of("diff", FQRN + "@1", FQRN),
            List.of("verify", image),
            List.of("verify", export, "--json"),
            List.of("export", FQRN, "--to", export),
            List.of("export", FQRN, "--to", "tar:" + folder.resolve("x.tar"), "--spec", "" + spec),
            List.of("info", FQRN));
    for (List<String> command : commands) {
      err.reset();

      assertThat(run(command.toArray(String[]::new))).as("%s: %s", command, err()).isZero();

      assertThat(err())
          .as("%s", command)
          .containsOnlyOnce("the signatures of %s are not checked".formatted(FQRN));
    }
    assertThat(out()).contains("\"verified\":false");
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-c", conf.toString(), "--cache", folder.resolve("cache").toString()));
    return Program.execute(
        new Surroundings(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Map.of("HOME", folder.toString()),
            OptionalInt.empty(),
            () -> 0),
        all.toArray(String[]::new));
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
