package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Killed at any moment, the program leaves a complete image under the tag, the old or the new one;
 * no partial object in the cache; and nothing that the next run would stumble over.
 */
class KillIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final int KILLS = Boolean.getBoolean("cvmfs.long") ? 60 : 5;
  private static final int KILLED = 128 + 9;
  private static final long SEED = 20_261_122;

  private @TempDir Path folder;

  @Test
  void refreshKilledAtRandomRequests_leavesACompleteImage_andTheNextRunSucceeds()
      throws IOException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Path copy = ground.serve(TINY, "r1");
      Settings settings = ground.settings(TINY, copy);
      String image = ground.pushSmallImage();
      String oldImage = image.replaceFirst(":latest$", ":old");
      ground.runWell(settings, image);
      Skopeo.anonymous().tag(image, oldImage);
      ground.cvmfs().show(TINY.fqrn(), "r2");

      // Undisturbed once, to know what comes out and how many requests it takes.
      AtomicInteger requests = new AtomicInteger();
      onEachRequest(ground, requests::incrementAndGet);
      String oldDigest = ground.digest(oldImage);
      Path firstCache = ground.newFolder("cache");
      String newDigest = ground.runWell(settings.with("OCI_CACHE", firstCache), image).newDigest();
      forgetEvents(ground);

      Random random = new Random(SEED);
      for (int kill = 0; kill < KILLS; kill++) {
        // The last requests are those that matter most: layer, configuration, tag.
        int latest = requests.get();
        int moment = kill % 2 == 0 ? latest - random.nextInt(6) : 1 + random.nextInt(latest);
        String when = "kill %d of seed %d, at request %d".formatted(kill, SEED, moment);
        Skopeo.anonymous().tag(oldImage, image);
        Path cache = ground.newFolder("cache");
        Settings killed = settings.with("OCI_CACHE", cache);

        killAtRequest(ground, moment, killed, image, when);

        assertThat(ground.digest(image)).as(when).isIn(oldDigest, newDigest);
        // Copies every blob, and checks its digest.
        ground.pull(image);
        assertThat(CacheCheck.damagedObjects(cache)).as(when).isEmpty();
        ProgramRun next = ground.runWell(killed, image);
        assertThat(next.result()).as(when).isIn("refreshed", "unchanged");
        assertThat(ground.digest(image)).as(when).isEqualTo(newDigest);
        assertThat(CacheCheck.unfinishedFiles(cache)).as(when).isEmpty();
      }
      // What is unpacked to be loaded, for one, is where the next run sweeps it up.
      assertThat(ground.machineFolder()).isEmptyDirectory();
    }
  }

  private static void killAtRequest(
      Ground<EmbeddedRegistry> ground, int moment, Settings settings, String image, String when)
      throws IOException {
    CompletableFuture<RealProcess> started = new CompletableFuture<>();
    AtomicInteger seen = new AtomicInteger();
    onEachRequest(
        ground,
        () -> {
          if (seen.incrementAndGet() == moment) {
            started.join().kill();
          }
        });
    try (RealProcess process = ground.start(settings, image)) {
      started.complete(process);
      // With many connections there are some more or less requests, so it may just have ended.
      assertThat(process.awaitEnd()).as(when + process.output()).isIn(KILLED, 0);
    } finally {
      forgetEvents(ground);
    }
  }

  private static void onEachRequest(Ground<EmbeddedRegistry> ground, Runnable action) {
    ground.registry().before(RegistryRequest::isOurs, action);
    ground.cvmfs().before(path -> true, action);
  }

  private static void forgetEvents(Ground<EmbeddedRegistry> ground) {
    ground.registry().forgetEvents();
    ground.cvmfs().forgetEvents();
  }
}
