package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How layers come to registries: while they are packed, and only once. */
class LayerUploadIT {
  private static final SampleRepository TINY = SampleRepository.TINY;

  /** More than the 16 MiB that are waited for before an upload begins. */
  private static final int FILES = 6;

  private static final int FILE_BYTES = 4 << 20;

  private @TempDir Path folder;

  private RepositoryPublisher publishMegabytes(Ground<?> ground) throws IOException {
    RepositoryPublisher publisher =
        new RepositoryPublisher(
            ground.newFolder("repository"),
            PublisherOptions.named("large.example.org").chunkSize(2 * FILE_BYTES));
    Tree tree = new Tree();
    Random random = new Random(1);
    for (int i = 0; i < FILES; i++) {
      byte[] content = new byte[FILE_BYTES];
      random.nextBytes(content);
      tree.file("/file" + i, content);
    }
    publisher.publish(tree);
    ground.cvmfs().serve(publisher);
    return publisher;
  }

  /** The path in URLs of the object that comes last in the layer. */
  private static String lastObject(RepositoryPublisher publisher) throws IOException {
    try (Stream<Path> objects = Files.walk(publisher.directory().resolve("data"))) {
      return objects
          .filter(Files::isRegularFile)
          // Names of catalogs and the like end in a capital letter.
          .filter(file -> file.getFileName().toString().matches("[0-9a-f]+"))
          .map(file -> publisher.directory().relativize(file).toString())
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  @Test
  void layer_goesUpWhileItsContentIsStillFetched() throws IOException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      RepositoryPublisher publisher = publishMegabytes(ground);
      String last = lastObject(publisher);
      CountDownLatch uploading = new CountDownLatch(1);
      ground
          .registry()
          .before(
              request -> request.isOurs() && request.method().equals("PATCH"),
              uploading::countDown);
      ground.cvmfs().before(path -> path.endsWith(last), () -> await(uploading));
      String image = ground.pushSmallImage();

      ProgramRun run = ground.runWell(ground.settings(publisher), image);

      assertThat(run.result()).isEqualTo("injected");
      assertThat(uploading.getCount()).isZero();
      assertThat(ground.runCommand("verify", ground.settings(publisher), image).exitCode())
          .isZero();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("no upload has begun");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void layer_thatAnotherMachineHasBrought_isForgottenAndNoUploadStaysOpen() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      RepositoryPublisher publisher = publishMegabytes(ground);
      String image = ground.pushSmallImage();
      Skopeo.anonymous().tag(image, image + "-other");
      ProgramRun first = ground.runWell(ground.settings(publisher), image);
      assertThat(ground.registry().openUploads()).isEmpty();
      int before = ground.registry().requests().size();

      // The settings have a cache of their own, and so no ledger yet.
      ProgramRun second = ground.runWell(ground.settings(publisher), image + "-other");

      assertThat(second.layer()).isEqualTo(first.layer());
      assertThat(second.newDigest()).isEqualTo(first.newDigest());
      List<RegistryRequest> requests = ours(ground, before);
      assertThat(requests)
          .filteredOn(r -> r.method().equals("DELETE"))
          .hasSameSizeAs(requests.stream().filter(r -> r.method().equals("POST")).toList());
      assertThat(requests).noneMatch(r -> r.method().equals("PUT") && r.path().contains("/blobs/"));
      assertThat(ground.registry().openUploads()).isEmpty();
    }
  }

  @Test
  void sameLayer_forOtherImages_isNeitherPackedNorSentAgain() throws IOException {
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Settings settings = ground.settings(TINY, ground.serve(TINY, "r1"));
      String first = ground.pushSmallImage();
      String elsewhere = ground.pushSmallImage();
      Skopeo.anonymous().tag(first, first + "-other");
      String layer = ground.runWell(settings, first).layer();
      int before = ground.registry().requests().size();

      for (String image : List.of(first + "-other", elsewhere)) {
        ProgramRun run = ground.runWell(settings, image);

        assertThat(run.layer()).isEqualTo(layer);
        assertThat(run.result()).isEqualTo("injected");
        assertThat(run.story())
            .contains("The registry has the layer already")
            .doesNotContain("Packing");
      }

      assertThat(ours(ground, before))
          .filteredOn(r -> !r.isRead() && r.path().contains("/blobs/") && r.path().contains(layer))
          .extracting(RegistryRequest::method)
          .containsExactly("POST");
      assertThat(ground.registry().openUploads()).isEmpty();
      assertThat(ground.registry().garbage())
          .contains(" 0 blobs and 0 manifests eligible for deletion");
    }
  }

  private static List<RegistryRequest> ours(Ground<DockerRegistry> ground, int from) {
    return ground.registry().requests().stream()
        .skip(from)
        .filter(RegistryRequest::isOurs)
        .toList();
  }
}
