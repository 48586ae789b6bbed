package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Prints how many entries a walk gives in a second. Run it by hand: it takes a number of catalogs,
 * of directories in each and of files in each of those, all of which it makes up.
 */
final class WalkBenchmark {
  private WalkBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int catalogs = Integer.parseInt(arguments[0]);
    int directories = Integer.parseInt(arguments[1]);
    int files = Integer.parseInt(arguments[2]);
    Path folder = Files.createTempDirectory("walk");
    Map<String, Path> byHash = new HashMap<>();
    ContentHash rootHash = hash("root");
    try (CatalogBuilder root = CatalogBuilder.modern(folder.resolve("root")).directory("")) {
      for (int i = 0; i < catalogs; i++) {
        String mountpoint = "/release-" + i;
        root.row(mountpoint, Map.of("mode", 040755, "flags", 3));
        root.nested(mountpoint, hash(mountpoint).toString());
        byHash.put(
            hash(mountpoint).toString(),
            nested(folder.resolve("n" + i), mountpoint, directories, files));
      }
      byHash.put(rootHash.toString(), root.file());
    }
    Ownership ownership =
        new Ownership(Optional.empty(), IdMap.identity(), IdMap.identity(), false);
    for (int round = 0; round < 6; round++) {
      long start = System.nanoTime();
      long entries = 0;
      try (CatalogWalk walk =
          new CatalogWalk(
              new NestedCatalog(TreePath.ROOT, rootHash),
              new All(),
              ownership,
              new FilesSource(byHash))) {
        while (walk.hasNext()) {
          walk.next();
          entries++;
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          "%,d entries in %.2f s: %,.0f a second, %d MB of heap at most%n",
          entries, seconds, entries / seconds, runtime.totalMemory() >> 20);
    }
  }

  private static Path nested(Path file, String mountpoint, int directories, int files)
      throws SQLException {
    try (CatalogBuilder nested = CatalogBuilder.modern(file)) {
      nested.property("root_prefix", mountpoint);
      for (int d = 0; d < directories; d++) {
        String directory = mountpoint + "/package_%05d".formatted(d);
        nested.directory(directory);
        for (int f = 0; f < files; f++) {
          String path = directory + "/module_%05d.py".formatted(f);
          // One file in fifty is chunked.
          nested.file(path, hash(path).digest(), 5000, f % 50 == 49 ? 64 : 0);
          if (f % 50 == 49) {
            nested.chunk(path, 0, 2500, hash(path + "0").digest());
            nested.chunk(path, 2500, 2500, hash(path + "1").digest());
          }
        }
      }
    }
    return file;
  }

  private static ContentHash hash(String text) {
    return HashAlgorithm.SHA1.hash(text.getBytes(StandardCharsets.UTF_8));
  }

  private static final class All implements Specification {
    @Override
    public boolean includes(TreePath path) {
      return true;
    }

    @Override
    public boolean descends(TreePath directory) {
      return true;
    }

    @Override
    public byte[] source() {
      return new byte[0];
    }
  }
}
