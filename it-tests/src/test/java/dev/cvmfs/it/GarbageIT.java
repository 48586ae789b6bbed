package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code OCI_GC}: what becomes of objects in a layer that no file links to any more. */
class GarbageIT {
  private static final SampleRepository TINY = SampleRepository.TINY;

  private @TempDir Path folder;

  @Test
  void garbage_isKept_proven_comesBackForNothing_andGoesWhenItIsTooMuch() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Settings always = ground.settings(TINY, ground.serve(TINY, "r1"));
      Settings never = always.with("OCI_GC", "never");
      String image = ground.pushSmallImage();
      ProgramRun first = ground.runWell(never, image);
      ground.cvmfs().show(TINY.fqrn(), "r2");

      ProgramRun refreshed = ground.runWell(never, image);

      assertThat(first.report().path("garbage").path("bytes").asLong()).isZero();
      long garbage = refreshed.report().path("garbage").path("bytes").asLong();
      assertThat(garbage).isPositive();
      assertThat(ground.runWell(never, image).result()).isEqualTo("unchanged");
      ProgramRun verified = ground.runCommand("verify", never, image).orThrow();
      assertThat(verified.report().path("garbage").path("bytes").asLong()).isEqualTo(garbage);
      ProgramRun refused = ground.runCommand("verify", always, image);
      assertThat(refused.exitCode()).isEqualTo(9);
      assertThat(refused.report().path("findings")).hasSize(1);
      assertThat(refused.report().path("findings").toString()).contains("OCI_GC");
      ProgramRun status = ground.runCommand("oci status", never, image).orThrow();
      assertThat(status.report().path("garbage").path("bytes").asLong()).isEqualTo(garbage);

      // Another machine, which has seen nothing of all that, has the old state again.
      ground.cvmfs().show(TINY.fqrn(), "r1");
      Settings elsewhere = never.with("OCI_CACHE", ground.newFolder("cache"));
      ground.cvmfs().forgetRequests();
      ground.runWell(elsewhere, image);
      assertThat(ground.cvmfs().requests())
          .extracting(request -> request.path())
          .filteredOn(path -> path.contains("/data/"))
          .allMatch(path -> path.endsWith("C") || path.endsWith("X") || path.endsWith("H"));

      ProgramRun clean = ground.runWell(elsewhere.with("OCI_GC", "1"), image);
      assertThat(clean.report().path("garbage").path("objects").asLong()).isZero();
      assertThat(clean.layer()).isEqualTo(first.layer());
    }
  }
}
