package dev.cvmfs.injector.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is written beside the one it is going to replace, so that readers see the old one or
 * the new one and never a part. It is locked for as long as its process lives; whoever comes next
 * removes those that nobody locks, so what a killed process leaves is not there for good.
 */
public final class Replacement implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Replacement.class);
  private static final int NAME = 60;

  private final Path target;
  private final Path part;
  private final FileChannel channel;
  private boolean committed;

  private Replacement(Path target, Path part, FileChannel channel) {
    this.target = target;
    this.part = part;
    this.channel = channel;
  }

  /**
   * Begins to replace a file, or to make one.
   *
   * @throws IOException if there can be no such file
   */
  public static Replacement of(Path target) throws IOException {
    // A symbolic link stays, and leads to the new file.
    Path real = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    Path folder = Objects.requireNonNull(real.getParent(), "a file is in a folder");
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    if (Files.exists(real) && !Files.isRegularFile(real)) {
      throw new FileSystemException(
          target.toString(), null, "is no ordinary file, and is not replaced by one");
    }
    String name = Objects.requireNonNull(real.getFileName()).toString();
    String parts = "." + name.substring(0, Math.min(name.length(), NAME)) + ".part-";
    removeAbandoned(folder, parts);
    for (int i = 0; ; i++) {
      Path part = folder.resolve(parts + ours() + i);
      try {
        FileChannel channel =
            FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // Somebody may take it for abandoned before it is locked, or have done so.
        if (isFree(channel) && Files.exists(part)) {
          return new Replacement(real, part, channel);
        }
        channel.close();
      } catch (FileAlreadyExistsException e) {
        log.debug("{} is in use", part);
      }
    }
  }

  /**
   * Locks a file, until the channel is closed, and tells whether no other process holds it. On file
   * systems that have no locks none does, and what killed processes leave has to be removed by
   * hand.
   */
  static boolean isFree(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (IOException e) {
      log.debug("cannot lock", e);
      return true;
    }
  }

  /** What the names of this process's parts have in them. */
  private static String ours() {
    ProcessHandle process = ProcessHandle.current();
    long started = process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
    return process.pid() + "-" + started + "-";
  }

  private static void removeAbandoned(Path folder, String parts) throws IOException {
    DirectoryStream.Filter<Path> abandoned =
        file -> {
          String name = Objects.requireNonNull(file.getFileName()).toString();
          // Ours are not even looked at: closing a channel would release all our locks on them.
          return name.startsWith(parts) && !name.startsWith(parts + ours());
        };
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, abandoned)) {
      for (Path file : files) {
        removeIfFree(file);
      }
    }
  }

  private static void removeIfFree(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | OverlappingFileLockException e) {
      log.debug("{} is left where it is", file, e);
    }
  }

  /** Where it is written to; there is an empty file. */
  Path part() {
    return part;
  }

  /** Takes the content; failures name the file. Not to be closed. */
  public OutputStream stream() {
    return new ExplainedOutput(Channels.newOutputStream(channel), this::named);
  }

  private FileSystemException named(IOException e) {
    FileSystemException named =
        new FileSystemException(target.toString(), null, String.valueOf(e.getMessage()));
    named.initCause(e);
    return named;
  }

  /**
   * Puts the file in its place.
   *
   * @param sync whether to wait for the disk, before and after
   */
  public void commit(boolean sync) throws IOException {
    if (sync) {
      force();
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    committed = true;
    if (sync) {
      try (FileChannel folder = FileChannel.open(Objects.requireNonNull(target.getParent()))) {
        folder.force(true);
      }
    }
  }

  private void force() throws IOException {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw named(e);
    }
  }

  /** Forgets the file, unless it is in its place. */
  @Override
  public void close() throws IOException {
    if (!committed) {
      // While it is locked, so that nobody else takes care of it too.
      Files.deleteIfExists(part);
    }
    channel.close();
  }
}
