package dev.cvmfs.shrinkwrap.posix;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What an export has counted so far. Safe for use by several threads. */
public final class ExportCounters {
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong directories = new AtomicLong();
  private final AtomicLong symlinks = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong sourceEntries = new AtomicLong();
  private final AtomicLong presentEntries = new AtomicLong();
  private final AtomicLong dataFiles = new AtomicLong();
  private final AtomicLong dataBytes = new AtomicLong();
  private final AtomicLong steps = new AtomicLong();
  private final AtomicLong linksMade = new AtomicLong();
  private final AtomicLong linkedBytes = new AtomicLong();

  void sourceFile(long size) {
    sourceEntries.incrementAndGet();
    files.incrementAndGet();
    bytes.addAndGet(size);
  }

  void sourceDirectory() {
    sourceEntries.incrementAndGet();
    directories.incrementAndGet();
  }

  void sourceSymlink() {
    sourceEntries.incrementAndGet();
    symlinks.incrementAndGet();
  }

  void sourceSpecial() {
    sourceEntries.incrementAndGet();
  }

  void presentEntry() {
    presentEntries.incrementAndGet();
  }

  void dataFile(long size) {
    dataFiles.incrementAndGet();
    dataBytes.addAndGet(size);
  }

  void link(long size) {
    linksMade.incrementAndGet();
    linkedBytes.addAndGet(size);
  }

  void steps(long count) {
    steps.set(count);
  }

  /** How many changes of the visible tree there were. */
  public long changes() {
    return steps.get();
  }

  /** Files of the store that were written, and not just linked to. */
  public long dataFiles() {
    return dataFiles.get();
  }

  /** Bytes of plain content in them. */
  public long dataBytes() {
    return dataBytes.get();
  }

  /** Regular files in the wanted tree. */
  public long files() {
    return files.get();
  }

  /** Directories in the wanted tree, the top one included. */
  public long directories() {
    return directories.get();
  }

  /** Symbolic links in the wanted tree. */
  public long symlinks() {
    return symlinks.get();
  }

  /** Bytes of all regular files in the wanted tree. */
  public long bytes() {
    return bytes.get();
  }

  /** All counters by the names that the original gives them. */
  public Map<String, Long> byName() {
    Map<String, Long> all = new LinkedHashMap<>();
    all.put("cntFile", files.get());
    all.put("cntDir", directories.get());
    all.put("cntSymlink", symlinks.get());
    all.put("cntByte", bytes.get());
    all.put("entriesSrc", sourceEntries.get());
    all.put("entriesDest", presentEntries.get());
    all.put("dataFiles", dataFiles.get());
    all.put("dataBytes", dataBytes.get());
    all.put("dataFilesDeduped", Math.max(0, linksMade.get() - dataFiles.get()));
    all.put("dataBytesDeduped", Math.max(0, linkedBytes.get() - dataBytes.get()));
    return all;
  }
}
