package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.tree.LongSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is left to do when the visible tree is as it should be: to note which objects nobody needs.
 */
final class Aftermath {
  private final PosixCalls calls;
  private final Layout layout;
  private final ExportLock lock;

  Aftermath(PosixCalls calls, Layout layout, ExportLock lock) {
    this.calls = calls;
    this.layout = layout;
    this.lock = lock;
  }

  /**
   * Notes objects without links in the ledger.
   *
   * @param lost inodes that this run has taken the last link from
   * @param revision of the source
   * @param unsure whether there may be others, which a killed run or the original has left
   */
  void note(LongSet lost, long revision, boolean unsure) throws IOException {
    boolean takeOver = !StoreFormat.isOurs(layout);
    if (takeOver && isAllOurs() && lock.takeStore(layout)) {
      removeUnproven();
      Files.deleteIfExists(flagged());
      StoreFormat.write(layout);
    }
    LongSet candidates = lost;
    if (takeOver) {
      addFlagged(candidates);
    }
    if (!unsure && candidates.size() == 0) {
      return;
    }
    GarbageLedger ledger = GarbageLedger.read(calls, layout);
    boolean all = unsure && !takeOver;
    new StoreScan(calls, layout)
        .forEach(
            (name, inode) -> {
              if (all || candidates.contains(inode)) {
                ledger.add(name, revision);
              }
            });
    ledger.write();
  }

  private Path flagged() {
    return layout.garbage().resolve("flagged");
  }

  /** The original's ledger: inode numbers, eight bytes each. */
  private void addFlagged(LongSet inodes) throws IOException {
    try {
      ByteBuffer numbers =
          ByteBuffer.wrap(Files.readAllBytes(flagged())).order(ByteOrder.LITTLE_ENDIAN);
      while (numbers.remaining() >= Long.BYTES) {
        long inode = numbers.getLong();
        if (inode != 0) {
          inodes.add(inode);
        }
      }
    } catch (NoSuchFileException e) {
      // It never collected garbage here.
    }
  }

  /**
   * Removes all objects without links, unless other exports are running, which may be about to link
   * to some.
   *
   * @return whether that was done
   */
  boolean removeUnlinked() throws IOException {
    if (!lock.takeStore(layout)) {
      return false;
    }
    removeUnproven();
    return true;
  }

  /** Whether all repositories in this base are exported by us by now, so that all is proven. */
  private boolean isAllOurs() throws IOException {
    if (!layout.data().equals(layout.base().resolve(".data"))) {
      return false;
    }
    try (DirectoryStream<Path> repositories =
        Files.newDirectoryStream(layout.base().resolve(".provenance"))) {
      for (Path repository : repositories) {
        boolean isThis = repository.equals(layout.provenance());
        if (!isThis && Provenance.read(repository).filter(Provenance::proven).isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Objects without links that nobody has proven, such as what an interrupted run of the original
   * has reserved. From now on all that has a name is believed, so they go.
   */
  private void removeUnproven() throws IOException {
    new StoreScan(calls, layout)
        .forEach(
            (name, inode) -> {
              Optional<FileStatus> status = calls.status(layout.object(name));
              if (status.isPresent() && status.get().links() == 1) {
                calls.unlink(layout.object(name));
              }
            });
  }
}
