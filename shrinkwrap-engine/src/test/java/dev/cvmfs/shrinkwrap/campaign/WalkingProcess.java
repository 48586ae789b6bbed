package dev.cvmfs.shrinkwrap.campaign;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Walks a whole repository and prints how many entries it has, how many catalogs were opened, the
 * seconds it took and the high-water mark of the heap in megabytes.
 */
final class WalkingProcess {
  private WalkingProcess() {}

  public static void main(String[] arguments) throws IOException {
    String fqrn = arguments[0];
    Conf conf =
        Conf.of(Map.of("CVMFS_SERVER_URL", arguments[1], "CVMFS_PUBLIC_KEY", arguments[2]), "test");
    Specification all = Specification.parse("/*".getBytes(StandardCharsets.UTF_8), "all.spec");
    long start = System.nanoTime();
    try (CvmfsClient client = CvmfsClient.withCache(Path.of(arguments[3]));
        Snapshot snapshot = client.open(CvmfsConf.of(conf, fqrn))) {
      long entries = 0;
      try (EntryCursor cursor = snapshot.walk(all)) {
        while (cursor.hasNext()) {
          cursor.next();
          entries++;
        }
      }
      System.out.printf(
          "%d %d %.1f %d%n",
          entries,
          snapshot.counters().catalogs(),
          (System.nanoTime() - start) / 1e9,
          JavaProcess.heapHighWater() >> 20);
    }
  }
}
