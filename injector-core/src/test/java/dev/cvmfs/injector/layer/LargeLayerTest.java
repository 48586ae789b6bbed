package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.campaign.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with the slice. */
class LargeLayerTest {
  private static final long MINUTES = 60;

  @TempDir Path temporary;

  /** In the long form two million entries; in every build a twentieth of it. */
  @Test
  void layer_ofMoreThanMemoryHolds_isWrittenInASmallHeap()
      throws IOException, InterruptedException {
    int entries = Effort.of(100_000, 2_000_000);
    String printed =
        JavaProcess.run(
            LayerProcess.class,
            Effort.of(112, 256),
            MINUTES,
            List.of(temporary.toString(), Integer.toString(entries)));
    assertThat(printed).startsWith(entries + " ");
    if (Effort.isLong()) {
      System.out.println("entries, objects, bytes, seconds, megabytes of heap: " + printed);
    }
  }
}
