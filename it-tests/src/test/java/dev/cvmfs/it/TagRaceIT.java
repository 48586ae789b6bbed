package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else pushes to the tag while we work on it; their work is never lost. */
class TagRaceIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final int TAG_MOVED = 7;

  private @TempDir Path folder;

  @Test
  void tagMovedOnceDuringTheRun_resultIsBuiltOnTheOthersImage() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Path copy = ground.serve(TINY, "r1");
      String image = ground.pushSmallImage();
      AtomicBoolean moved = new AtomicBoolean();
      ground
          .cvmfs()
          .before(
              path -> path.contains("/data/") && !moved.getAndSet(true),
              () -> push(ground, image, "the other's"));

      ProgramRun run = ground.runWell(ground.settings(TINY, copy), image);

      assertThat(moved).isTrue();
      assertThat(run.story()).contains("somebody else moved " + image, "starting over");
      assertThat(ground.digest(image)).isEqualTo(run.newDigest());
      Path root = ground.unpack(image);
      assertThat(root.resolve("file")).hasContent("the other's");
      assertThat(
              ListingDifference.between(
                  ListingDifference.withoutSockets(TINY.listing(copy, "r1")),
                  UnpackedTree.list(root.resolve("cvmfs/tiny.example.org"))))
          .isEmpty();
    }
  }

  @Test
  void tagMovedInEveryAttempt_isGivenUp_andTheOthersImageStays() throws IOException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Path copy = ground.serve(TINY, "r1");
      String image = ground.pushSmallImage();
      AtomicInteger moves = new AtomicInteger();
      ground
          .registry()
          .before(
              // The configuration is different in every attempt, so each of them uploads.
              request -> request.isOurs() && request.method().equals("POST"),
              () -> push(ground, image, "the other's " + moves.incrementAndGet()));

      ProgramRun run = ground.run(ground.settings(TINY, copy), image);

      ground.registry().forgetEvents();
      assertThat(run.exitCode()).as(run.story()).isEqualTo(TAG_MOVED);
      assertThat(run.report().path("exitCode").asInt()).isEqualTo(TAG_MOVED);
      assertThat(run.report().path("error").asText()).contains("somebody else moved " + image);
      assertThat(ground.unpack(image).resolve("file")).hasContent("the other's " + moves);
      assertThat(ground.registry().requests())
          .filteredOn(RegistryRequest::isOurs)
          .filteredOn(request -> request.path().contains("/manifests/"))
          .allMatch(RegistryRequest::isRead);
    }
  }

  private static void push(Ground<?> ground, String image, String content) {
    try {
      ground.pushSmallImage(image, content);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot play the other", e);
    }
  }
}
