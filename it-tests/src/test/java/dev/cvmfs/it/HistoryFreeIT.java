package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
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

  private static String result(JsonNode report) {
    return report.path("result").asText();
  }

  private static String copyOf(String image, String tag) {
    String copy = image.replaceFirst(":latest$", ":" + tag);
    Skopeo.anonymous().tag(image, copy);
    return copy;
  }
}
