package dev.cvmfs.shrinkwrap.cvmfs;

import java.util.Map;

/**
 * How large a snapshot is, as its publisher counted (catalog_counters.h).
 *
 * @param catalogs the root catalog and all nested ones
 * @param files regular files
 * @param specials FIFOs, sockets and devices
 * @param fileBytes plain content of all regular files, hard links and duplicates counted each time
 * @param chunkedFiles those of the files that are stored in several objects
 * @param externalFiles those of the files whose bytes are outside of the repository
 */
public record Statistics(
    long catalogs,
    long files,
    long directories,
    long symlinks,
    long specials,
    long fileBytes,
    long chunkedFiles,
    long externalFiles) {

  /** Adds up what a root catalog counts of itself ({@code self_}) and of those below it. */
  public static Statistics of(Map<String, Long> counters) {
    return new Statistics(
        1 + sum(counters, "nested"),
        sum(counters, "regular"),
        sum(counters, "dir"),
        sum(counters, "symlink"),
        sum(counters, "special"),
        sum(counters, "file_size"),
        sum(counters, "chunked"),
        sum(counters, "external"));
  }

  private static long sum(Map<String, Long> counters, String name) {
    return counters.getOrDefault("self_" + name, 0L) + counters.getOrDefault("subtree_" + name, 0L);
  }
}
