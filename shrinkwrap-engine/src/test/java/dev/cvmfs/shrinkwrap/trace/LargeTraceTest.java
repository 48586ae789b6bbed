package dev.cvmfs.shrinkwrap.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.campaign.JavaProcess;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with the length of a trace. */
class LargeTraceTest {
  private static final long MINUTES = 30;
  private static final int FILES_IN_DIRECTORY = 50;

  @TempDir Path temporary;

  /** In the long form five million lines about 500,000 paths; in every build a 25th of it. */
  @Test
  void build_ofLongTrace_endsInASmallHeap() throws IOException, InterruptedException {
    int lines = Effort.of(200_000, 5_000_000);
    int paths = lines / 10;
    Path trace = temporary.resolve("long.trace");
    try (BufferedWriter out = Files.newBufferedWriter(trace, UTF_8)) {
      for (int i = 0; i < lines; i++) {
        // A prime step visits all paths in a scattered order.
        long path = i * 7919L % paths;
        out.write(
            "\"1732266334193.693\",\"1\",\"/sw/release-%d/package-%d/lib/python/module_%d.py\",\"open()\"\r\n"
                .formatted(path / 10_000, path / FILES_IN_DIRECTORY, path));
      }
    }

    String printed =
        JavaProcess.run(
            BuildingProcess.class, Effort.of(64, 256), MINUTES, List.of(trace.toString()));

    assertThat(printed).startsWith("%d %d ".formatted(lines, paths / FILES_IN_DIRECTORY));
    if (Effort.isLong()) {
      System.out.println("uses, lines, seconds, megabytes of heap: " + printed);
    }
  }
}
