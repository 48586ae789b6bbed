package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any number of our processes may share a cache, and may refresh the same tag. */
class ConcurrencyIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final int ROUNDS = Boolean.getBoolean("cvmfs.long") ? 25 : 3;

  private static final int TAG_ROUNDS = Boolean.getBoolean("cvmfs.long") ? 100 : 3;

  private @TempDir Path folder;

  @Test
  void twoRefreshesOfOneTag_loseNothingAndTearNothing() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      String image = ground.pushSmallImage();
      ground.runWell(settings, image);
      Skopeo.anonymous().tag(image, image + "-old");
      ground.cvmfs().show(TINY.fqrn(), "r2");
      String refreshed = ground.runWell(settings, image).newDigest();

      for (int round = 0; round < TAG_ROUNDS; round++) {
        Skopeo.anonymous().tag(image + "-old", image);
        try (RealProcess one = ground.start(settings, image);
            RealProcess other = ground.start(settings, image)) {
          assertThat(one.awaitEnd()).as(one.output()).isZero();
          assertThat(other.awaitEnd()).as(other.output()).isZero();
        }

        assertThat(ground.digest(image)).isEqualTo(refreshed);
      }
      assertThat(ground.unpack(image).resolve("cvmfs/" + TINY.fqrn())).isDirectory();
    }
  }

  @Test
  void twoRefreshesAtTheSameTimeWithOneCache_areBothRight() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      String first = ground.pushSmallImage();
      String second = ground.pushSmallImage();
      ground.runWell(settings, first, second);
      Skopeo.anonymous().tag(first, first + "-old");
      Skopeo.anonymous().tag(second, second + "-old");
      ground.cvmfs().show(TINY.fqrn(), "r2");
      ProgramRun alone = ground.runWell(settings, first, second);
      String firstDigest = alone.reports().get(0).path("newDigest").asText();
      String secondDigest = alone.reports().get(1).path("newDigest").asText();

      for (int round = 0; round < ROUNDS; round++) {
        Skopeo.anonymous().tag(first + "-old", first);
        Skopeo.anonymous().tag(second + "-old", second);
        Path cache = ground.newFolder("cache");
        Settings shared = settings.with("OCI_CACHE", cache);
        try (RealProcess one = ground.start(shared, first);
            RealProcess other = ground.start(shared, second)) {
          assertThat(one.awaitEnd()).as(one.output()).isZero();
          assertThat(other.awaitEnd()).as(other.output()).isZero();
        }

        assertThat(ground.digest(first)).isEqualTo(firstDigest);
        assertThat(ground.digest(second)).isEqualTo(secondDigest);
        assertThat(CacheCheck.damagedObjects(cache)).isEmpty();
        assertThat(CacheCheck.unfinishedFiles(cache)).isEmpty();
      }
    }
  }
}
