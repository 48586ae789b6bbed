package dev.cvmfs.injector.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A directory for the temporary files of one run. It holds a lock for as long as it is open, so
 * that the next run can tell the leavings of a killed one (whose lock is gone) from the files of
 * one that is still at work, and removes them.
 */
public final class WorkDirectory implements AutoCloseable {
  private static final String LOCK = ".lock";

  private final Path directory;
  private final FileChannel lock;
  private int files;

  private WorkDirectory(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Opens a new directory below the given one, and removes those there that nobody uses any more.
   */
  public static WorkDirectory open(Path parent) throws IOException {
    Files.createDirectories(parent);
    removeAbandoned(parent);
    Path directory = Files.createTempDirectory(parent, "run-");
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileLock held = channel.tryLock();
    if (held == null) {
      channel.close();
      throw new IOException("another process took the lock of a new directory: " + directory);
    }
    return new WorkDirectory(directory, channel);
  }

  /** The name of a file that does not exist yet. */
  public synchronized Path newFile(String purpose) {
    return directory.resolve(purpose + "-" + files++);
  }

  private static void removeAbandoned(Path parent) throws IOException {
    try (DirectoryStream<Path> siblings = Files.newDirectoryStream(parent, "run-*")) {
      for (Path sibling : siblings) {
        if (isAbandoned(sibling)) {
          deleteTree(sibling);
        }
      }
    }
  }

  private static boolean isAbandoned(Path directory) throws IOException {
    Path lockFile = directory.resolve(LOCK);
    if (!Files.exists(lockFile)) {
      // Made this very moment by another process, or left by one killed between two system calls:
      // too rare to matter.
      return false;
    }
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
      FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      // Another run in this very process holds it.
      return false;
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() {
    try {
      deleteTree(directory);
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove temporary files in " + directory, e);
    }
  }
}
