package dev.cvmfs.shrinkwrap.cvmfs.cache;

import dev.cvmfs.shrinkwrap.object.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache of somebody else, which we only read. Nothing in it is believed without its hash, and if
 * it is out of order the network has the same.
 *
 * <p>There are two kinds:
 *
 * <ul>
 *   <li>One of our own kind, {@code data/ab/cdef…C}, for example a site's.
 *   <li>One that CVMFS filled: {@code ab/cdef…}. It holds contents <em>inflated</em>, under the
 *       hash of the compressed object. So such a content can neither be checked (compressing it
 *       again gives the same bytes only with the very same zlib), nor can the compressed bytes be
 *       had from it, which go into layers as they are. It is therefore used only for what is stored
 *       uncompressed, where both are the same bytes: external files, mostly.
 * </ul>
 */
final class SharedCache {
  private static final Logger log = LoggerFactory.getLogger(SharedCache.class);

  private final Path directory;
  private final boolean alien;
  private final AtomicBoolean complained = new AtomicBoolean();

  private SharedCache(Path directory, boolean alien) {
    this.directory = directory;
    this.alien = alien;
  }

  /**
   * Those that are there; one that is not is only worth a warning.
   *
   * @param ours of our own kind
   * @param alien one that CVMFS filled
   */
  static List<SharedCache> of(List<Path> ours, Optional<Path> alien) {
    List<SharedCache> caches = new ArrayList<>();
    for (Path directory : ours) {
      if (Files.isDirectory(directory.resolve("data"))) {
        caches.add(new SharedCache(directory, false));
      } else {
        log.warn(
            "OCI_CACHE_READONLY names {}, which is not a cache of this program (it has no folder data); it is left out",
            directory);
      }
    }
    alien.ifPresent(
        directory -> {
          log.warn(
              "CVMFS_ALIEN_CACHE: {} holds contents inflated, which can neither be checked against their hashes nor go into layers as they are; it is only used for what is stored uncompressed, such as external files. To share a cache among machines, name one of this program in OCI_CACHE_READONLY",
              directory);
          caches.add(new SharedCache(directory, true));
        });
    return caches;
  }

  private Optional<Path> file(ObjectName name, Compression compression) {
    if (!alien) {
      return Optional.of(directory.resolve(name.url()));
    }
    return compression == Compression.NONE
        ? Optional.of(directory.resolve(name.alienPath()))
        : Optional.empty();
  }

  boolean contains(ObjectName name, Compression compression) {
    return file(name, compression).map(Files::exists).orElse(false);
  }

  Optional<InputStream> open(ObjectName name, Compression compression) {
    Optional<Path> file = file(name, compression);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      CheckedFile found = CheckedFile.open(file.get(), name.hash());
      if (found instanceof CheckedFile.Damaged) {
        complain(file.get() + " is damaged");
      }
      return found.content();
    } catch (IOException e) {
      complain("cannot read " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Once: where one file is out of order, thousands may be. */
  private void complain(String what) {
    if (complained.compareAndSet(false, true)) {
      log.warn("{}; such objects are taken from the network instead", what);
    }
  }
}
