package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image is a function of its base and of the repository's state, and of nothing else: not of
 * the way that led to it, nor of what a cache holds.
 */
class HistoryFreeIT {
  private static final SampleRepository TINY = SampleRepository.TINY;

  private @TempDir Path folder;

  @Test
  void sameStateReachedInSeveralWays_givesTheSameLayerAndTheSameManifest() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Path copy = ground.serve(TINY, "r1");
      Settings settings = ground.settings(TINY, copy);
      String warm = ground.pushSmallImage();
      String cold = copyOf(warm, "cold");
      String prepared = copyOf(warm, "prepared");
      String fresh = copyOf(warm, "fresh");
      ProgramRun r1 = ground.runWell(settings, warm, cold);
      assertThat(r1.reports()).extracting(HistoryFreeIT::result).containsOnly("injected");
      assertThat(r1.reports().get(0).path("newDigest"))
          .isEqualTo(r1.reports().get(1).path("newDigest"));
      ground.runWell(settings, prepared, "--prepare");
      ground.cvmfs().show(TINY.fqrn(), "r2");

      ProgramRun byWarmCache = ground.runWell(settings, warm);
      ProgramRun byColdCache =
          ground.runWell(settings.with("OCI_CACHE", ground.newFolder("cache")), cold);
      ProgramRun byInjection = ground.runWell(settings, prepared, fresh);

      assertThat(byWarmCache.transfer("bytesCopied")).isZero();
      assertThat(byColdCache.transfer("bytesCopied")).isPositive();
      assertThat(byWarmCache.result()).isEqualTo("refreshed");
      assertThat(byColdCache.result()).isEqualTo("refreshed");
      assertThat(byInjection.reports()).extracting(HistoryFreeIT::result).containsOnly("injected");
      assertThat(byInjection.reports())
          .extracting(report -> report.path("layers").path(0).path("digest").asText())
          .containsOnly(byWarmCache.layer())
          .containsOnly(byColdCache.layer());
      assertThat(byInjection.reports())
          .extracting(report -> report.path("newDigest").asText())
          .containsOnly(byWarmCache.newDigest())
          .containsOnly(byColdCache.newDigest());
      assertThat(ground.digest(fresh)).isEqualTo(ground.digest(warm));
    }
  }

  /** What the old layer has is not asked of CVMFS again, though the cache is gone. */
  @Test
  void objectsOfTheOldLayer_areNotFetchedAgain() throws IOException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Path copy = ground.serve(TINY, "r1");
      Settings settings = ground.settings(TINY, copy);
      String image = ground.pushSmallImage();
      long first = ground.runWell(settings, image).transfer("bytesFetched");
      ground.cvmfs().show(TINY.fqrn(), "r2");
      ground.cvmfs().forgetRequests();

      Settings elsewhere = settings.with("OCI_CACHE", ground.newFolder("cache"));
      ProgramRun refreshed = ground.runWell(elsewhere, image);

      assertThat(refreshed.transfer("bytesCopied")).isPositive();
      assertThat(refreshed.transfer("bytesFetched")).isLessThan(first / 2);
      assertThat(ground.cvmfs().requests())
          .filteredOn(request -> request.path().contains("/data/"))
          .doesNotHaveDuplicates();
    }
  }

  /** The old layer is only a place where objects may be found; what is wrong there is not taken. */
  @Test
  void objectsOfTheOldLayer_spoiltInTheRegistry_areNotTaken() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      String image = ground.pushSmallImage();
      String fresh = copyOf(image, "fresh");
      ProgramRun r1 = ground.runWell(settings, image);
      ground.cvmfs().show(TINY.fqrn(), "r2");
      String expected = ground.runWell(settings, fresh).layer();
      spoilObjects(ground.registry().blob(r1.layer()));

      ProgramRun refreshed =
          ground.runWell(settings.with("OCI_CACHE", ground.newFolder("cache")), image);

      assertThat(refreshed.layer()).isEqualTo(expected);
    }
  }

  /** Changes a byte in every 97 of the front of a layer, where the objects are. */
  private static void spoilObjects(Path layer) throws IOException {
    byte[] bytes = Files.readAllBytes(layer);
    for (int position = 500; position < bytes.length / 2; position += 97) {
      bytes[position] ^= 0x10;
    }
    Files.write(layer, bytes);
  }

  private static String result(JsonNode report) {
    return report.path("result").asText();
  }

  private static String copyOf(String image, String tag) {
    String copy = image.replaceFirst(":latest$", ":" + tag);
    Skopeo.anonymous().tag(image, copy);
    return copy;
  }
}
