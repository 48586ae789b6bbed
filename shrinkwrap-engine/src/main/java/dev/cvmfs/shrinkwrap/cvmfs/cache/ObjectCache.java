package dev.cvmfs.shrinkwrap.cvmfs.cache;

import dev.cvmfs.shrinkwrap.object.ContentHasher;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
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
public final class ObjectCache {
  private static final Logger log = LoggerFactory.getLogger(ObjectCache.class);

  /** Objects up to this size are read once and checked in memory, larger ones are read twice. */
  private static final int IN_MEMORY = 1 << 20;

  private static final int BUFFER = 1 << 16;

  private final Path directory;

  public ObjectCache(Path directory) {
    this.directory = directory;
  }

  /** Where the object is or would be. */
  public Path file(ObjectName name) {
    return directory.resolve("data").resolve(name.path());
  }

  public boolean contains(ObjectName name) {
    return Files.exists(file(name));
  }

  /** The object's stored bytes, checked against its hash; empty if it is missing or spoilt. */
  public Optional<InputStream> open(ObjectName name) throws IOException {
    FileChannel stored;
    try {
      stored = FileChannel.open(file(name));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Optional<InputStream> checked = Optional.empty();
    try {
      checked =
          stored.size() <= IN_MEMORY ? checkInMemory(stored, name) : checkOnDisk(stored, name);
    } finally {
      if (checked.isEmpty()) {
        stored.close();
      }
    }
    if (checked.isEmpty()) {
      log.warn("{} in the cache is damaged; it is fetched again", file(name));
      Files.deleteIfExists(file(name));
    }
    return checked;
  }

  private static Optional<InputStream> checkInMemory(FileChannel stored, ObjectName name)
      throws IOException {
    try (InputStream stream = Channels.newInputStream(stored)) {
      byte[] bytes = stream.readAllBytes();
      return name.hash().algorithm().hash(bytes).equals(name.hash())
          ? Optional.of(new ByteArrayInputStream(bytes))
          : Optional.empty();
    }
  }

  private static Optional<InputStream> checkOnDisk(FileChannel stored, ObjectName name)
      throws IOException {
    ContentHasher hasher = name.hash().algorithm().hasher();
    InputStream stream = Channels.newInputStream(stored);
    byte[] buffer = new byte[BUFFER];
    for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
      hasher.update(buffer, 0, count);
    }
    stored.position(0);
    return hasher.finish().equals(name.hash()) ? Optional.of(stream) : Optional.empty();
  }

  /** The object's stored bytes, unchecked: for what this process has just checked and stored. */
  public Optional<InputStream> openStored(ObjectName name) throws IOException {
    try {
      return Optional.of(Files.newInputStream(file(name)));
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
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      Files.createDirectories(target.resolveSibling("."));
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
