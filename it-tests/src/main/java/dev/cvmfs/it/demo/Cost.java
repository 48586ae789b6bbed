package dev.cvmfs.it.demo;

import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import java.util.List;
import java.util.Locale;

/**
 * What one run cost, as both servers have counted it.
 *
 * @param run what was done
 */
record Cost(
    String run,
    List<RepositoryServer.Request> cvmfs,
    DemoRegistry.Traffic registry,
    double seconds) {
  static final String HEADINGS =
      String.format(
          Locale.ROOT,
          "%-20s %14s %14s %16s %16s %9s",
          "",
          "CVMFS requests",
          "bytes fetched",
          "registry: reads",
          "writes (bytes)",
          "seconds");

  Cost {
    cvmfs = List.copyOf(cvmfs);
  }

  long bytesFetched() {
    return cvmfs.stream().mapToLong(RepositoryServer.Request::bytes).sum();
  }

  /** A line below {@link #HEADINGS}. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%-20s %14d %,14d %16d %16s %9.1f",
        run,
        cvmfs.size(),
        bytesFetched(),
        registry.reads(),
        String.format(Locale.ROOT, "%d (%,d)", registry.writes(), registry.bytes()),
        seconds);
  }
}
