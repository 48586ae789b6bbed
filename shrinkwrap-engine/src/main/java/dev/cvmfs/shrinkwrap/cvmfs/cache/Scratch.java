package dev.cvmfs.shrinkwrap.cvmfs.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A folder for one process's unfinished files, locked as long as that process lives. Whoever of the
 * same user comes next removes the folders whose lock is free, so a killed process leaves nothing
 * for good and nobody has to guess from the age of a file whether it is still in use.
 */
public final class Scratch implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String PREFIX = "process-";

  private final Path directory;
  private final FileChannel lock;
  private final AtomicLong files = new AtomicLong();

  private Scratch(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Makes a folder of our own below the parent, and removes the abandoned ones.
   *
   * @throws IOException if that folder cannot be made or locked
   */
  public static Scratch below(Path parent) throws IOException {
    // Up to Java 18 createDirectories takes a link to a folder for a file that is in its way.
    if (!Files.isDirectory(parent)) {
      Files.createDirectories(parent);
    }
    try (FileChannel gate = open(parent.resolve(LOCK))) {
      // Held while folders are made and removed, so that none is removed before it is locked.
      synchronized (Scratch.class) {
        try (FileLock entered = gate.lock()) {
          removeAbandoned(parent);
          Path directory = Files.createTempDirectory(parent, ours());
          FileChannel lock = open(directory.resolve(LOCK));
          if (!entered.isValid() || lock.tryLock() == null) {
            throw new IOException("cannot lock " + directory);
          }
          return new Scratch(directory, lock);
        }
      }
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void removeAbandoned(Path parent) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        // Not even looked at if it is ours: closing a channel would release all our locks on it.
        if (!folder.getFileName().toString().startsWith(ours()) && isAbandoned(folder)) {
          remove(folder);
        }
      }
    }
  }

  /** What this process's folders begin with. */
  private static String ours() {
    ProcessHandle process = ProcessHandle.current();
    long started = process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
    return PREFIX + process.pid() + "-" + started + "-";
  }

  private static boolean isAbandoned(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (NoSuchFileException e) {
      // Left without a lock by a process that was killed while making or removing it.
      return true;
    } catch (FileSystemException e) {
      // Mostly another user's, whom the cache is shared with: theirs to remove, and no harm to us.
      return false;
    }
  }

  private static void remove(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      content.forEach(files::add);
    } catch (NoSuchFileException e) {
      // Its own process was just removing it.
      return;
    }
    for (Path file : files) {
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        remove(file);
      } else {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }

  /** The folder; what is put into it goes with it. */
  public Path directory() {
    return directory;
  }

  /**
   * A name that no other file has, for a file that the caller makes, and renames or deletes. Making
   * it here would cost as much as writing it, and would hide it from other users who share the
   * cache.
   */
  public Path newFile(String prefix) {
    return directory.resolve(prefix + "-" + files.incrementAndGet());
  }

  /** A new empty folder, which goes with everything else when this is closed. */
  public Path newDirectory(String prefix) throws IOException {
    return Files.createTempDirectory(directory, prefix);
  }

  @Override
  public void close() throws IOException {
    try {
      // First, since network file systems keep an open file's name until it is closed.
      lock.close();
    } finally {
      remove(directory);
    }
  }
}
