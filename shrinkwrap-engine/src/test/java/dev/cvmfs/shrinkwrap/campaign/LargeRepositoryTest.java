package dev.cvmfs.shrinkwrap.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.LargeRepository;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with the repository. */
class LargeRepositoryTest {
  private static final String FQRN = "large.example.org";
  private static final long MINUTES = 30;

  @TempDir Path temporary;

  /** In the long form 10 million entries in 5,000 catalogs; in every build a fiftieth of it. */
  @Test
  void walk_ofMoreThanMemoryHolds_endsInASmallHeap()
      throws IOException, SQLException, InterruptedException {
    Path repository = temporary.resolve("repository");
    LargeRepository.Written written =
        LargeRepository.write(
            repository, PublisherOptions.named(FQRN), Effort.of(9, 50), Effort.of(11, 100), 20);
    assertThat(written.catalogs()).isGreaterThanOrEqualTo(Effort.of(100, 5_000));
    assertThat(written.entries()).isGreaterThanOrEqualTo(Effort.of(199_000, 10_000_000));

    String printed =
        JavaProcess.run(
            WalkingProcess.class,
            Effort.of(64, 256),
            MINUTES,
            List.of(
                FQRN,
                "file://" + repository,
                written.masterKey().toString(),
                temporary.resolve("cache").toString()));

    assertThat(printed).startsWith("%d %d ".formatted(written.entries(), written.catalogs()));
    if (Effort.isLong()) {
      System.out.println("entries, catalogs, seconds, megabytes of heap: " + printed);
    }
  }
}
