package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.it.demo.VanillaImage;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.remote.RegistryClient;
import dev.cvmfs.shrinkwrap.publisher.Content;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Follows {@code docs/tutorial.md} to the letter: writes the files that it shows, gives the
 * commands that it shows, and compares what they print. Only the names of the servers are others,
 * and that the registry does without TLS.
 */
class TutorialIT {
  private static final String FQRN = "sw.example.org";
  private static final String SERVER = "http://stratum1.example.org/cvmfs/@fqrn@";
  private static final String REGISTRY = "registry.example.org";

  @TempDir Path folder;

  // All are made before the test.
  @SuppressWarnings("NullAway.Init")
  private ExportPlace place;

  @SuppressWarnings("NullAway.Init")
  private EmbeddedRegistry registry;

  @SuppressWarnings("NullAway.Init")
  private RepositoryPublisher publisher;

  @SuppressWarnings("NullAway.Init")
  private MachineWithCvmfs machine;

  @SuppressWarnings("NullAway.Init")
  private Path work;

  private final Tree tree = new Tree();
  private final List<String> differences = new ArrayList<>();
  private final StringBuilder asItRan = new StringBuilder();
  private int exitCode;
  private Optional<String> nightly = Optional.empty();

  @BeforeEach
  void publish() throws IOException {
    place = new ExportPlace(folder);
    Needs.parts(RealPart.STRACE, RealPart.BUSYBOX);
    Needs.that(MachineWithCvmfs.isPossible(), "nothing can be mounted here (CAP_SYS_ADMIN)");
    publisher = new RepositoryPublisher(place.newFolder("published"), PublisherOptions.named(FQRN));
    tree.file(TreePath.of("/tools/bin/busybox"), Content.of(RealPart.BUSYBOX.find().orElseThrow()))
        .mode(0755);
    tree.symlink("/tools/bin/sh", "busybox");
    tree.file("/tools/doc/manual", "A thousand pages.\n");
    tree.directory("/analysis").nestedCatalog();
    tree.symlink("/analysis/current", "v1");
    tree.file(
        "/analysis/setup.sh",
        """
        export ANALYSIS=/cvmfs/sw.example.org/analysis/current
        export PATH=$ANALYSIS/bin:$PATH
        """);
    tree.file(
            "/analysis/v1/bin/analysis",
            """
            #!/cvmfs/sw.example.org/tools/bin/sh
            case "$1" in
              --plot) read answer < $ANALYSIS/share/style ;;
              *) read answer < $ANALYSIS/data/calibration ;;
            esac
            echo "$answer"
            """)
        .mode(0755);
    tree.file("/analysis/v1/data/calibration", "energy scale 1.02\n");
    tree.file("/analysis/v1/data/calibration-2019", "energy scale 1.05\n");
    tree.file("/analysis/v1/share/style", "dashed lines\n");
    tree.file("/analysis/v1/share/fonts", "Times\n");
    tree.file("/analysis/v0/bin/analysis", "old\n").mode(0755);
    publisher.publish(tree);
    place.cvmfs().serve(publisher);
    registry = EmbeddedRegistry.start(folder.resolve("registry"));
    try (ImageStore image =
        RegistryClient.connect(
            ImageName.ofTag(registry.host(), "lab/analysis", "v1"),
            RegistryOptions.builder(Map.of()).insecureHost("http://" + registry.host()).build())) {
      VanillaImage.push(image, "v1");
    }
    Path mounted = place.newFolder("mounted");
    place.export(FQRN, place.settings(publisher), mounted).orThrow();
    machine = new MachineWithCvmfs(folder, mounted);
    work = Files.createDirectories(folder.resolve("home/refresh"));
    Files.copy(publisher.masterKey(), work.resolve(FQRN + ".pub"));
  }

  @AfterEach
  void close() throws IOException {
    registry.close();
    place.close();
    Path target = CommandLine.project().resolve("it-tests/target");
    Files.writeString(target.resolve("tutorial-as-it-ran.txt"), asItRan);
  }

  @Test
  void tutorial_canBeFollowed_andPrintsWhatItShows() throws IOException {
    TutorialPage page = TutorialPage.read(CommandLine.project().resolve("docs/tutorial.md"));
    for (TutorialPage.Step step : page.steps()) {
      if (step instanceof TutorialPage.NewFile file) {
        Files.writeString(work.resolve(file.name()), onThisMachine(file));
      } else if (step instanceof TutorialPage.Shown shown) {
        follow(shown);
      } else if (step instanceof TutorialPage.CronLine line) {
        nightly = Optional.of(line.command());
      } else if (step instanceof TutorialPage.Event event) {
        assertThat(event.what()).isEqualTo("The repository publishes its second revision.");
        tree.file("/analysis/v1/data/calibration", "energy scale 1.03\n");
        publisher.publish(tree);
        runNightly();
      }
    }
    assertThat(exitCode).as("the last command's exit code").isZero();
    assertThat(differences).as("what printed something else than the page shows").isEmpty();
  }

  private String onThisMachine(TutorialPage.NewFile file) {
    String content =
        file.content()
            .replace(SERVER, place.cvmfs().urlTemplate())
            .replace(REGISTRY, registry.host());
    return file.name().equals("my.conf")
        ? content + "OCI_INSECURE=http://" + registry.host() + "\n"
        : content;
  }

  private void follow(TutorialPage.Shown shown) {
    if (!shown.command().equals("echo $?")) {
      assertThat(exitCode).as("exit code before: " + shown.command()).isZero();
    }
    CommandResult result = run("(exit %d); %s".formatted(exitCode, shown.command()));
    exitCode = result.exitCode();
    String printed = inThePage(result.stdout());
    asItRan.append("$ ").append(shown.command()).append('\n').append(printed);
    if (!shown.matches(printed)) {
      differences.add("$ " + shown.command() + "\n" + printed);
    }
  }

  private String inThePage(String printed) {
    return printed
        .replace(place.cvmfs().urlTemplate(), SERVER)
        .replace(
            place.cvmfs().urlTemplate().replace("@fqrn@", FQRN), SERVER.replace("@fqrn@", FQRN))
        .replace(registry.host(), REGISTRY);
  }

  /** What cron and systemd do. */
  private void runNightly() throws IOException {
    assertThat(run(nightly.orElseThrow()).exitCode()).isZero();
    String service = Files.readString(work.resolve("refresh.service"));
    String start =
        service.lines().filter(line -> line.startsWith("ExecStart=")).findFirst().orElseThrow();
    assertThat(service).contains("WorkingDirectory=%h/refresh\n");
    CommandResult result = run(start.substring("ExecStart=".length()));
    assertThat(result.orThrow().stdout()).contains("up to date");
    if (Command.of("sh", "-c", "command -v systemd-analyze").run().exitCode() == 0) {
      CommandResult verified =
          Command.of("systemd-analyze", "--user", "verify", "./refresh.service", "./refresh.timer")
              .in(work)
              .run();
      assertThat(verified.stderr()).doesNotContain("refresh.");
    }
  }

  private CommandResult run(String command) {
    String bin = CommandLine.project().resolve("bin").toString();
    return machine
        .command(work, command)
        .environment("PATH", bin + ":" + System.getenv("PATH"))
        .environment("JAVA_HOME", System.getProperty("java.home"))
        .environment("CVMFS_SHRINKWRAP_CDS", "no")
        .environment("HOME", folder.resolve("home").toString())
        .environment("XDG_CONFIG_HOME", work.resolveSibling(".config").toString())
        .environment("XDG_CACHE_HOME", work.resolveSibling(".cache").toString())
        .run();
  }
}
