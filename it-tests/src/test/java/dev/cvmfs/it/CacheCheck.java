package dev.cvmfs.it;

import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks into our program's cache of SHA-1 objects. */
final class CacheCheck {
  private static final int SHA1_DIGITS = 40;

  private CacheCheck() {}

  /** The objects that are not what their names say. */
  static List<Path> damagedObjects(Path cache) throws IOException {
    List<Path> damaged = new ArrayList<>();
    Path data = cache.resolve("data");
    for (Path object : files(data)) {
      String name = data.relativize(object).toString().replace("/", "");
      String hash = HashAlgorithm.SHA1.hash(Files.readAllBytes(object)).toString();
      if (!name.substring(0, SHA1_DIGITS).equals(hash)) {
        damaged.add(object);
      }
    }
    return damaged;
  }

  /** What runs have left in their folders for temporary files, but for locks. */
  static List<Path> unfinishedFiles(Path cache) throws IOException {
    List<Path> unfinished = new ArrayList<>(files(cache.resolve("tmp")));
    unfinished.addAll(files(cache.resolve("work")));
    unfinished.removeIf(file -> file.endsWith("tmp/lock") || file.endsWith("work/lock"));
    return unfinished;
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
