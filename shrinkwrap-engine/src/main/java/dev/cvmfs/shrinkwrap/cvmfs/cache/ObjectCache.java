package dev.cvmfs.shrinkwrap.cvmfs.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects on the local disk, as servers store them and under the same names: {@code
 * data/ab/cdef…C}. Any number of processes may share a cache.
 *
 * <p>An object appears by a rename, so it is either whole or not there; but it is not forced to the
 * disk first. An {@code fsync} for each of the many small objects would cost more than fetching
 * them, and would still not tell a bit that rotted. Instead, whatever is opened is hashed again
 * before its first byte is given out. What a power cut tore or a disk spoilt is thrown away and
 * fetched anew.
 */
public final class ObjectCache implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ObjectCache.class);

  private final Path directory;
  private final Optional<Eviction> eviction;

  /**
   * @param quota the most bytes it may hold, if it is limited
   * @param clock tells how long ago an object was last used
   */
  public ObjectCache(Path directory, OptionalLong quota, Clock clock) {
    this.directory = directory;
    this.eviction =
        quota.isPresent()
            ? Optional.of(new Eviction(directory, quota.getAsLong(), clock))
            : Optional.empty();
  }

  /** Where the object is or would be. */
  public Path file(ObjectName name) {
    return directory.resolve(name.url());
  }

  public boolean contains(ObjectName name) {
    return Files.exists(file(name));
  }

  /** The object's stored bytes, checked against its hash; empty if it is missing or spoilt. */
  public Optional<InputStream> open(ObjectName name) throws IOException {
    Path file = file(name);
    CheckedFile found = CheckedFile.open(file, name.hash());
    if (found instanceof CheckedFile.Damaged) {
      log.warn("{} in the cache is damaged; it is fetched again", file);
      Files.deleteIfExists(file);
    } else if (found instanceof CheckedFile.Whole) {
      eviction.ifPresent(keeper -> keeper.used(file));
    }
    return found.content();
  }

  /**
   * The object's stored bytes, unchecked: for what this process has just checked and stored, and
   * for those who check it themselves; empty if it is missing.
   */
  public Optional<InputStream> openStored(ObjectName name) throws IOException {
    Path file = file(name);
    try {
      InputStream stored = Files.newInputStream(file);
      eviction.ifPresent(keeper -> keeper.used(file));
      return Optional.of(stored);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Gives a finished file, whose content was checked, its place in the cache.
   *
   * @param temporary on the same file system; it is gone afterwards
   */
  public void store(Path temporary, ObjectName name) throws IOException {
    Path target = file(name);
    long length = eviction.isPresent() ? Files.size(temporary) : 0;
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      Files.createDirectories(target.resolveSibling("."));
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }
    eviction.ifPresent(keeper -> keeper.added(length));
  }

  /** Makes room if the cache holds more than it may. */
  @Override
  public void close() {
    eviction.ifPresent(Eviction::finish);
  }
}
