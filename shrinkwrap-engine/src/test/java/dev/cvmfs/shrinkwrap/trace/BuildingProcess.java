package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.campaign.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Builds a specification of a trace and prints how many uses it has, how many lines came out, the
 * seconds it took and the high-water mark of the heap in megabytes.
 */
final class BuildingProcess {
  private BuildingProcess() {}

  public static void main(String[] arguments) throws IOException {
    long start = System.nanoTime();
    Traces traces = new Traces(Optional.empty(), Set.of());
    traces.read(Path.of(arguments[0]));
    SpecBuilder.Built built = new SpecBuilder(traces, Policy.PDIR, 1, 100).build();
    System.out.printf(
        "%d %d %.1f %d%n",
        traces.uses(),
        built.lines(),
        (System.nanoTime() - start) / 1e9,
        JavaProcess.heapHighWater() >> 20);
  }
}
