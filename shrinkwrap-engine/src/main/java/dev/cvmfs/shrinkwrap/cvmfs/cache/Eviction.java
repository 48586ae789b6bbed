package dev.cvmfs.shrinkwrap.cvmfs.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a cache below its quota by removing what was not used for the longest time.
 *
 * <p>When an object was used is its file's modification time, which is set anew when it is more
 * than an hour old, so that reading costs next to nothing. There is no list of objects that
 * processes would have to share and that could go wrong. The folder is looked through after each
 * tenth of the quota that was added, and at the end: once to see how many bytes are how many hours
 * old, and, if there are too many, once more to remove the oldest hours. So memory does not grow
 * with the cache, which exceeds its quota by a tenth at most for each process that fills it.
 *
 * <p>One process at a time does this. Others may be reading or about to read what is removed: a
 * file that is open stays readable, and one that is gone is fetched again.
 */
final class Eviction {
  private static final Logger log = LoggerFactory.getLogger(Eviction.class);
  private static final Duration STEP = Duration.ofHours(1);
  private static final int PARTS = 10;

  private final Path directory;
  private final long quota;
  private final Clock clock;
  private final AtomicLong added = new AtomicLong();

  /**
   * @param directory the cache's
   * @param quota bytes
   */
  Eviction(Path directory, long quota, Clock clock) {
    this.directory = directory;
    this.quota = quota;
    this.clock = clock;
  }

  /** An object was read. */
  void used(Path file) {
    try {
      Instant now = clock.instant();
      if (Files.getLastModifiedTime(file).toInstant().plus(STEP).isBefore(now)) {
        Files.setLastModifiedTime(file, FileTime.from(now));
      }
    } catch (IOException e) {
      // Removed by another process, or another user's: then it is removed early, which does no
      // harm.
      log.debug("cannot note that {} was used", file, e);
    }
  }

  /** An object was stored. */
  void added(long bytes) {
    long sum = added.addAndGet(bytes);
    if (sum > quota / PARTS && added.compareAndSet(sum, 0)) {
      makeRoom();
    }
  }

  /** Looks through the cache a last time, unless nothing was added to it. */
  void finish() {
    if (added.getAndSet(0) > 0) {
      makeRoom();
    }
  }

  private void makeRoom() {
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve("quota.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        removeOldest();
      }
    } catch (OverlappingFileLockException e) {
      log.debug("another thread is making room in {}", directory);
    } catch (IOException | DirectoryIteratorException e) {
      // The run itself needs no room, so it goes on.
      log.warn("cannot make room in the cache {}: {}", directory, e.getMessage());
    }
  }

  private void removeOldest() throws IOException {
    TreeMap<Long, Long> bytesByHour = new TreeMap<>();
    visit((file, attributes) -> bytesByHour.merge(hour(attributes), attributes.size(), Long::sum));
    long excess = bytesByHour.values().stream().mapToLong(Long::longValue).sum() - quota;
    if (excess <= 0) {
      return;
    }
    long last = Long.MIN_VALUE;
    long older = 0;
    for (Map.Entry<Long, Long> hour : bytesByHour.entrySet()) {
      last = hour.getKey();
      if (older + hour.getValue() >= excess) {
        break;
      }
      older += hour.getValue();
    }
    remove(last, excess - older);
  }

  /**
   * Removes all that is older than an hour, and of that hour itself as much as is still in excess.
   */
  private void remove(long lastHour, long excessOfLastHour) throws IOException {
    AtomicLong left = new AtomicLong(excessOfLastHour);
    AtomicLong removed = new AtomicLong();
    visit(
        (file, attributes) -> {
          long hour = hour(attributes);
          boolean ofLastHour = hour == lastHour && left.get() > 0;
          if (hour < lastHour || ofLastHour) {
            Files.deleteIfExists(file);
            removed.addAndGet(attributes.size());
            if (ofLastHour) {
              left.addAndGet(-attributes.size());
            }
          }
        });
    log.info("removed {} MB from the cache {}", removed.get() >> 20, directory);
  }

  private static long hour(BasicFileAttributes attributes) {
    return attributes.lastModifiedTime().toInstant().getEpochSecond() / STEP.toSeconds();
  }

  private interface Visitor {
    void visit(Path file, BasicFileAttributes attributes) throws IOException;
  }

  private void visit(Visitor visitor) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory.resolve("data"))) {
      for (Path folder : folders) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
          for (Path file : files) {
            visit(file, visitor);
          }
        } catch (NotDirectoryException e) {
          log.debug("{} is not of this cache", folder);
        }
      }
    }
  }

  private static void visit(Path file, Visitor visitor) throws IOException {
    try {
      visitor.visit(file, Files.readAttributes(file, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      // Another process has just removed it.
    }
  }
}
