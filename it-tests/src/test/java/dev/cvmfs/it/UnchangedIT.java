package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a refresh costs that has nothing to do. */
class UnchangedIT {
  private static final String FQRN = "x.example.org";
  private static final int MOST_REQUESTS = 6;

  private @TempDir Path folder;

  @Test
  void nothingHasChanged_takesAFewReadsAndNoCatalog() throws IOException {
    SampleRepository tiny = SampleRepository.TINY;
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Settings settings = ground.settings(tiny, ground.serve(tiny, "r1"));
      String image = ground.pushSmallImage();
      ProgramRun injected = ground.runWell(settings, image);
      ground.cvmfs().forgetRequests();
      int before = ground.registry().requests().size();

      ProgramRun again = ground.runWell(settings, image);

      assertThat(again.result()).isEqualTo("unchanged");
      assertThat(again.layer()).isEqualTo(injected.layer());
      assertThat(again.report().path("changes").path("kept"))
          .isEqualTo(injected.report().path("changes").path("added"));
      List<RegistryRequest> all = ground.registry().requests();
      List<RegistryRequest> asked = all.subList(before, all.size());
      assertThat(asked).allMatch(RegistryRequest::isRead);
      assertThat(asked).noneMatch(request -> request.path().contains(again.layer()));
      assertThat(ground.cvmfs().requests())
          .extracting(request -> request.path())
          .noneMatch(path -> path.contains("/data/"));
      assertThat(asked.size() + ground.cvmfs().requests().size())
          .isLessThanOrEqualTo(MOST_REQUESTS);
    }
  }

  @Test
  void repositoryMovedOnButNotWhatIsWanted_looksAtCatalogsThatDiffer() throws IOException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      RepositoryPublisher publisher =
          new RepositoryPublisher(ground.newFolder("repository"), PublisherOptions.named(FQRN));
      Tree tree = new Tree();
      tree.directory("/wanted").nestedCatalog();
      tree.file("/wanted/file", "content");
      tree.file("/other/file", "one");
      publisher.publish(tree);
      ground.cvmfs().serve(publisher);
      Settings settings =
          ground
              .settings(publisher)
              .with("OCI_SPEC", Files.writeString(folder.resolve("wanted.spec"), "/wanted/*\n"));
      String image = ground.pushSmallImage();
      ground.runWell(settings, image);
      tree.file("/other/file", "two");
      publisher.publish(tree);
      int before = ground.registry().requests().size();

      ProgramRun second = ground.runWell(settings, image);
      ProgramRun third = ground.runWell(settings, image);

      assertThat(second.result()).isEqualTo("unchanged");
      assertThat(second.report().path("repositories").path(0).path("revision").asInt())
          .isEqualTo(2);
      assertThat(third.result()).isEqualTo("unchanged");
      assertThat(ground.registry().requests().stream().skip(before))
          .noneMatch(request -> request.path().contains(second.layer()));

      tree.file("/wanted/file", "other content");
      publisher.publish(tree);
      assertThat(ground.runWell(settings, image).result()).isEqualTo("refreshed");
    }
  }
}
