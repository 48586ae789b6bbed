package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.Errno;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.os.SystemCallException;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code .data/.garbage/<fqrn>}: the files of the store that have lost their last visible link, by
 * name, with the revision at which that happened; a line {@code <revision> <name>} for each. A name
 * survives what an inode number, which the original notes, does not: copying the export to another
 * disk.
 */
final class GarbageLedger {
  private final PosixCalls calls;
  private final Layout layout;
  private final NavigableMap<String, Long> revisions = new TreeMap<>();

  private GarbageLedger(PosixCalls calls, Layout layout) {
    this.calls = calls;
    this.layout = layout;
  }

  /** Removed files and their bytes. */
  record Removed(long files, long bytes) {}

  /** Reads the ledger; files that are gone, or linked again, are no longer in it. */
  static GarbageLedger read(PosixCalls calls, Layout layout) throws IOException {
    GarbageLedger ledger = new GarbageLedger(calls, layout);
    List<String> lines;
    try {
      lines = Files.readAllLines(file(layout));
    } catch (NoSuchFileException e) {
      return ledger;
    }
    for (String line : lines) {
      int blank = line.indexOf(' ');
      if (blank > 0 && line.substring(0, blank).chars().allMatch(Character::isDigit)) {
        String name = line.substring(blank + 1);
        if (!name.contains("..") && ledger.isGarbage(name).isPresent()) {
          ledger.revisions.put(name, Long.parseLong(line.substring(0, blank)));
        }
      }
    }
    return ledger;
  }

  private static Path file(Layout layout) {
    return layout.garbage().resolve(layout.fqrn());
  }

  private Optional<FileStatus> isGarbage(String name) throws IOException {
    return calls
        .status(layout.object(name))
        .filter(status -> status.isRegular() && status.links() == 1);
  }

  /** Notes a file, unless it is noted already or is linked to again. */
  void add(String name, long revision) throws IOException {
    if (isGarbage(name).isPresent()) {
      revisions.putIfAbsent(name, revision);
    }
  }

  /**
   * Removes the files that lost their last link at that revision or before, and directories that
   * are empty then. No other export may be running.
   */
  Removed collect(long newest) throws IOException {
    long files = 0;
    long bytes = 0;
    List<String> done = new ArrayList<>();
    for (Map.Entry<String, Long> entry : revisions.entrySet()) {
      if (entry.getValue() <= newest) {
        Optional<FileStatus> status = isGarbage(entry.getKey());
        if (status.isPresent()) {
          calls.unlink(layout.object(entry.getKey()));
          files++;
          bytes += status.get().size();
          removeIfEmpty(layout.object(entry.getKey().substring(0, 5)));
          removeIfEmpty(layout.object(entry.getKey().substring(0, 2)));
        }
        done.add(entry.getKey());
      }
    }
    done.forEach(revisions::remove);
    return new Removed(files, bytes);
  }

  private void removeIfEmpty(ByteString directory) throws IOException {
    try {
      calls.removeDirectory(directory);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOTEMPTY) && !e.is(Errno.EEXIST) && !e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  void write() throws IOException {
    Path file = file(layout);
    if (revisions.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    StringBuilder lines = new StringBuilder();
    revisions.forEach((name, revision) -> lines.append(revision + " " + name + "\n"));
    Folders.create(layout.garbage());
    AtomicFile.write(file, lines.toString().getBytes(StandardCharsets.US_ASCII));
  }
}
