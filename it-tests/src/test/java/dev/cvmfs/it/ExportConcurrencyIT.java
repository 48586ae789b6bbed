package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RandomTrees;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several repositories, exported to one folder at the same time, share its store. */
class ExportConcurrencyIT {
  private static final List<String> NAMES = List.of("a.example.org", "b.example.org");

  private @TempDir Path folder;

  @Test
  void repositoriesWithTheSameContent_exportedAtTheSameTime_areRight_andShareIt()
      throws IOException {
    try (ExportPlace place = new ExportPlace(folder)) {
      Tree tree = new RandomTrees(7).tree(150);
      Map<String, Settings> settings = new LinkedHashMap<>();
      for (String name : NAMES) {
        RepositoryPublisher publisher =
            new RepositoryPublisher(place.newFolder("published"), PublisherOptions.named(name));
        publisher.publish(tree);
        place.cvmfs().serve(publisher);
        settings.put(name, place.settings(publisher));
      }
      Path together = place.newFolder("together");
      List<RealProcess> running = new ArrayList<>();
      for (Map.Entry<String, Settings> one : settings.entrySet()) {
        running.add(
            place.start(place.exportArguments(one.getKey(), one.getValue(), together, "-g")));
      }
      for (RealProcess process : running) {
        assertThat(process.awaitEnd()).as(process.output()).isZero();
        process.close();
      }

      Path alone = place.newFolder("alone");
      place
          .export("a.example.org", Objects.requireNonNull(settings.get("a.example.org")), alone)
          .orThrow();
      for (String name : NAMES) {
        assertThat(
                ListingDifference.between(
                    ExportPlace.list(alone, "a.example.org"), ExportPlace.list(together, name)))
            .as(name)
            .isEmpty();
      }
      assertThat(ExportPlace.store(together, "a.example.org"))
          .hasSameSizeAs(ExportPlace.store(alone, "a.example.org"));
    }
  }
}
