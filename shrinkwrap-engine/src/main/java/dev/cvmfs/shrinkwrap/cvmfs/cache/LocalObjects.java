package dev.cvmfs.shrinkwrap.cvmfs.cache;

import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.object.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that is on this machine: our own cache, and those of others, which are only read. What is
 * found there is checked against its hash like everything else, and is not copied.
 */
public final class LocalObjects {
  private final ObjectCache own;
  private final List<SharedCache> shared;

  LocalObjects(ObjectCache own, List<SharedCache> shared) {
    this.own = own;
    this.shared = List.copyOf(shared);
  }

  /** Our own cache alone, of any size. */
  public static LocalObjects in(Path directory) {
    return new LocalObjects(
        new ObjectCache(directory, OptionalLong.empty(), Clock.systemUTC()), List.of());
  }

  /**
   * What a configuration names ({@code OCI_CACHE_QUOTA}, {@code OCI_CACHE_READONLY}, {@code
   * CVMFS_ALIEN_CACHE}).
   *
   * @param directory our own cache
   */
  public static LocalObjects of(CvmfsConf conf, Path directory, Clock clock) {
    return new LocalObjects(
        new ObjectCache(directory, conf.cacheQuota(), clock),
        SharedCache.of(conf.readOnlyCaches(), conf.alienCache()));
  }

  /** The one that is written to. */
  public ObjectCache own() {
    return own;
  }

  public boolean contains(ObjectName name, Compression compression) {
    return own.contains(name)
        || shared.stream().anyMatch(cache -> cache.contains(name, compression));
  }

  /** The object's stored bytes, checked against its hash; empty if they are nowhere. */
  public Optional<InputStream> open(ObjectName name, Compression compression) throws IOException {
    Optional<InputStream> found = own.open(name);
    for (SharedCache cache : shared) {
      if (found.isPresent()) {
        break;
      }
      found = cache.open(name, compression);
    }
    return found;
  }
}
