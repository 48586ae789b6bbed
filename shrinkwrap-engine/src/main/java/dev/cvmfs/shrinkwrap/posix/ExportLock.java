package dev.cvmfs.shrinkwrap.posix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Keeps two runs from exporting the same repository to the same place, or one from verifying what
 * another changes, and garbage from being collected while others still link to it. The locks are
 * the kernel's: they end with the process, however it ends, so a lock file that was left behind
 * locks nothing.
 */
final class ExportLock implements AutoCloseable {
  private static final int LONGEST_OWNER = 1 << 10;

  private final FileChannel repository;
  private FileChannel store;

  private ExportLock(FileChannel repository, FileChannel store) {
    this.repository = repository;
    this.store = store;
  }

  /**
   * Locks the repository for this run alone, and the store for all runs.
   *
   * @param does what to tell those who come meanwhile, such as {@code exports}
   * @throws IOException if another run has it, with what that run told of itself
   */
  static ExportLock take(Layout layout, String does) throws IOException {
    Path file = layout.provenance().resolve(".lock");
    FileChannel repository = open(file);
    FileChannel store = open(storeFile(layout));
    try {
      if (lock(repository, false).isEmpty()) {
        throw new IOException(
            "%s in %s is in use at the moment: %s it; try again when it is done"
                .formatted(layout.fqrn(), layout.base(), ownerIn(file)));
      }
      String owner = "process %d %s".formatted(ProcessHandle.current().pid(), does);
      repository.truncate(0);
      repository.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)), 0);
      if (lock(store, true).isEmpty()) {
        throw new IOException(
            "another run collects garbage in %s at the moment; try again when it is done"
                .formatted(layout.data()));
      }
      return new ExportLock(repository, store);
    } catch (IOException e) {
      repository.close();
      store.close();
      throw e;
    }
  }

  private static Path storeFile(Layout layout) {
    return layout.data().resolve(".lock");
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static Optional<FileLock> lock(FileChannel channel, boolean shared) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock(0, Long.MAX_VALUE, shared));
    } catch (OverlappingFileLockException e) {
      // Another run of this process has it.
      return Optional.empty();
    }
  }

  private static String ownerIn(Path file) throws IOException {
    byte[] text = Files.readAllBytes(file);
    return new String(text, 0, Math.min(text.length, LONGEST_OWNER), StandardCharsets.UTF_8);
  }

  /** Takes the store for this run alone; false if others export to it at the moment. */
  boolean takeStore(Layout layout) throws IOException {
    store.close();
    FileChannel alone = open(storeFile(layout));
    Optional<FileLock> lock = lock(alone, false);
    if (lock.isEmpty()) {
      alone.close();
      return false;
    }
    store = alone;
    return true;
  }

  @Override
  public void close() throws IOException {
    store.close();
    repository.close();
  }
}
