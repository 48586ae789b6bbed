package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RandomTrees;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever ends an export, and at whatever moment, the next run makes of it what an undisturbed one
 * makes; and while new content is still on its way, the tree is as it was.
 */
class ExportKillIT {
  private static final String FQRN = "killed.example.org";
  private static final int KILLS = Boolean.getBoolean("cvmfs.long") ? 200 : 3;
  private static final long SEED = 20_261_122;
  private static final int LOCAL_DISK = 8;

  private @TempDir Path folder;

  /** An export of the first of two revisions, the second of which is being served. */
  private static final class Scene implements AutoCloseable {
    private final ExportPlace place;
    private final Settings settings;
    private final Path first;
    private final Path undisturbed;
    private final int requests;

    Scene(Path folder) throws IOException {
      place = new ExportPlace(folder);
      RepositoryPublisher publisher =
          new RepositoryPublisher(place.newFolder("published"), PublisherOptions.named(FQRN));
      RandomTrees trees = new RandomTrees(SEED);
      Tree one = trees.tree(250);
      publisher.publish(one);
      place.cvmfs().serve(publisher);
      settings = place.settings(publisher);
      first = place.newFolder("first");
      place.export(FQRN, settings, first).orThrow();
      publisher.publish(trees.changed(one, 150));
      undisturbed = copyOfFirst();
      AtomicInteger count = new AtomicInteger();
      place.cvmfs().before(path -> true, count::incrementAndGet);
      place.export(FQRN, withNewCache(), undisturbed).orThrow();
      place.cvmfs().forgetEvents();
      requests = count.get();
    }

    Settings withNewCache() throws IOException {
      return settings.with("OCI_CACHE", place.newFolder("cache"));
    }

    Path copyOfFirst() throws IOException {
      Path base = place.newFolder("base");
      Command.of("cp", "-a", first + "/.", base.toString()).run().orThrow();
      return base;
    }

    void assertEndsAsUndisturbed(Path base, Settings used, String when) throws IOException {
      place.export(FQRN, used, base).orThrow();
      assertThat(
              ListingDifference.between(
                  ExportPlace.list(undisturbed, FQRN), ExportPlace.list(base, FQRN)))
          .as(when)
          .isEmpty();
      assertThat(ExportPlace.store(base, FQRN))
          .as(when)
          .isEqualTo(ExportPlace.store(undisturbed, FQRN));
      assertThat(unfinished(base)).as(when).isEmpty();
      assertThat(place.export(FQRN, used, base).orThrow().result()).as(when).isEqualTo("unchanged");
    }

    private static String unfinished(Path base) {
      return Command.of("find", base.toString(), "-name", ".running", "-o")
          .and("-path", "*/.data/.underway/*", "-o", "-path", "*/.data/.tmp/process-*")
          .run()
          .orThrow()
          .stdout();
    }

    @Override
    public void close() {
      place.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportKilledAtARequest_isCompletedByTheNextRun(boolean kill) throws IOException {
    try (Scene scene = new Scene(folder)) {
      List<ListedEntry> before = ExportPlace.list(scene.first, FQRN);
      Random random = new Random(SEED);
      for (int i = 0; i < Math.max(2, KILLS / 4); i++) {
        int moment = 1 + random.nextInt(scene.requests);
        String when = "kill %d of seed %d, at request %d".formatted(i, SEED, moment);
        Path base = scene.copyOfFirst();
        Settings used = scene.withNewCache();
        int exitCode = endAtRequest(scene, moment, used, base, kill);
        // Asked to end, it may have got the answer meanwhile; killed, it cannot have.
        if (kill && exitCode != 0) {
          assertThat(ListingDifference.between(before, ExportPlace.list(base, FQRN)))
              .as(when + ", before it is run again")
              .isEmpty();
        }
        scene.assertEndsAsUndisturbed(base, used, when);
      }
    }
  }

  private static int endAtRequest(Scene scene, int moment, Settings used, Path base, boolean kill)
      throws IOException {
    CompletableFuture<RealProcess> started = new CompletableFuture<>();
    AtomicInteger seen = new AtomicInteger();
    scene
        .place
        .cvmfs()
        .before(
            path -> true,
            () -> {
              if (seen.incrementAndGet() == moment) {
                if (kill) {
                  started.join().kill();
                } else {
                  ProcessHandle.of(started.join().pid()).ifPresent(ProcessHandle::destroy);
                }
              }
            });
    try (RealProcess process = scene.place.start(scene.place.exportArguments(FQRN, used, base))) {
      started.complete(process);
      return process.awaitEnd();
    } finally {
      scene.place.cvmfs().forgetEvents();
    }
  }

  /** The moments in which the tree itself is changed, each at a system call. */
  @Test
  void exportKilledAtASystemCall_isCompletedByTheNextRun() throws IOException {
    Needs.parts(RealPart.STRACE);
    try (Scene scene = new Scene(folder)) {
      Random random = new Random(SEED + 1);
      int killed = 0;
      // With the content at hand, all there is to do is on disk.
      for (int i = 0; i < KILLS; i++) {
        String call = pick(random, "link", "rename", "unlink", "utimensat");
        int number = 1 + random.nextInt(call.equals("link") ? 20 : 40);
        String when = "kill %d of seed %d, at %s %d".formatted(i, SEED, call, number);
        Path base = scene.copyOfFirst();

        int exitCode =
            strace(scene, "inject=%s:signal=KILL:when=%d".formatted(call, number), base).exitCode();

        assertThat(exitCode).as(when).isIn(0, 128 + 9);
        killed += exitCode == 0 ? 0 : 1;
        scene.assertEndsAsUndisturbed(base, scene.settings, when);
      }
      assertThat(killed).as("runs that came to the system call").isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"link:error=EIO", "rename:error=EROFS", "utimensat:error=EIO"})
  void exportWhoseDiskFails_saysWhere_andIsCompletedByTheNextRun(String fault) throws IOException {
    Needs.parts(RealPart.STRACE);
    try (Scene scene = new Scene(folder)) {
      Path base = scene.copyOfFirst();

      CommandResult failed = strace(scene, "inject=" + fault + ":when=20", base);

      assertThat(failed.exitCode()).as(failed.stderr()).isEqualTo(LOCAL_DISK);
      assertThat(failed.stderr()).contains("cannot ").contains(base.toString());
      scene.assertEndsAsUndisturbed(base, scene.settings, fault);
    }
  }

  private static CommandResult strace(Scene scene, String inject, Path base) throws IOException {
    String[] arguments = scene.place.exportArguments(FQRN, scene.settings, base);
    Path temporary = Files.createDirectories(scene.place.newFolder("tmp"));
    return Command.of(RealPart.STRACE.path(), "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null")
        .and("-e", inject)
        .and(Path.of(System.getProperty("java.home"), "bin", "java").toString())
        .and("-Djava.io.tmpdir=" + temporary, "-jar")
        .and(CommandLine.project().resolve("injector-core/target/cvmfs_shrinkwrap.jar").toString())
        .and(arguments)
        .run();
  }

  private static String pick(Random random, String... choice) {
    return choice[random.nextInt(choice.length)];
  }

  @Test
  void exportToAFullDisk_saysHowMuchIsMissing_andLeavesTheTreeAlone() throws IOException {
    try (ExportPlace place = new ExportPlace(folder);
        SmallDisk disk = SmallDisk.mount(place.newFolder("disk"), "2m")) {
      RepositoryPublisher publisher =
          new RepositoryPublisher(place.newFolder("published"), PublisherOptions.named(FQRN));
      Tree tree = new Tree();
      tree.file("/small", "small");
      publisher.publish(tree);
      place.cvmfs().serve(publisher);
      Settings settings = place.settings(publisher);
      Path base = disk.folder().resolve("export");
      place.export(FQRN, settings, base).orThrow();
      List<ListedEntry> before = ExportPlace.list(base, FQRN);
      for (int i = 0; i < 10; i++) {
        byte[] content = new byte[500_000];
        new Random(i).nextBytes(content);
        tree.file("/large" + i, content);
      }
      tree.remove("/small");
      publisher.publish(tree);

      ProgramRun full = place.export(FQRN, settings, base);

      assertThat(full.exitCode()).isEqualTo(LOCAL_DISK);
      assertThat(full.story())
          .contains("the disk of " + base + " is full, at /large", "are missing");
      assertThat(ListingDifference.between(before, ExportPlace.list(base, FQRN))).isEmpty();
      disk.grow("20m");
      place.export(FQRN, settings, base).orThrow();
      assertThat(place.verify(settings, base).exitCode()).isZero();
    }
  }
}
