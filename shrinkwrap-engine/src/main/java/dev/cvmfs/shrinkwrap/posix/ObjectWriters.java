package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.os.Errno;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.os.SystemCallException;
import dev.cvmfs.shrinkwrap.source.SourceTree;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.LongSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Several threads that fetch contents and write them into the store.
 *
 * <p>A file is written under a temporary name, gets all its attributes, and then its own name, if
 * that is still free: so what has a name is complete, whenever the program ends. When the disk is
 * full, what was still to be written is only counted, to say how much is missing.
 */
final class ObjectWriters implements ObjectMaker, AutoCloseable {
  private static final int BUFFER = 1 << 16;

  /** Enough that those that the source fetches ahead of time do not run out. */
  private static final int LEAST_UNDERWAY = 64;

  private static final int MOST_MISSING = 1 << 22;

  private final PosixCalls calls;
  private final Layout layout;
  private final SourceTree source;
  private final Scratch scratch;
  private final StoreTrust trust;
  private final Metadata metadata;
  private final ExportCounters statistics;
  private final RunMarker marker;
  private final ExecutorService threads;
  private final Semaphore room;
  private final int most;
  private final Map<DataName, DataFile> underway = new ConcurrentHashMap<>();
  private volatile Optional<Throwable> failure = Optional.empty();
  private volatile Optional<String> full = Optional.empty();
  private final AtomicLong missing = new AtomicLong();
  private final LongSet missingNames = new LongSet();

  ObjectWriters(
      PosixCalls calls,
      Layout layout,
      SourceTree source,
      Scratch scratch,
      StoreTrust trust,
      ExportCounters statistics,
      RunMarker marker,
      int threadCount) {
    this.calls = calls;
    this.layout = layout;
    this.source = source;
    this.scratch = scratch;
    this.trust = trust;
    this.metadata = new Metadata(calls);
    this.statistics = statistics;
    this.marker = marker;
    this.most = Math.max(LEAST_UNDERWAY, 4 * threadCount);
    this.room = new Semaphore(most);
    this.threads =
        Executors.newFixedThreadPool(
            threadCount,
            task -> {
              Thread thread = new Thread(task, "export-write");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public Optional<DataFile> underway(DataName name) {
    return Optional.ofNullable(underway.get(name));
  }

  @Override
  public void make(DataFile file, DataName name, boolean replace) throws IOException {
    throwFailure();
    if (full.isPresent()) {
      countMissing(file, name);
      return;
    }
    marker.set();
    acquire(1);
    underway.put(name, file);
    source.prefetch(file.file());
    threads.execute(
        () -> {
          try {
            write(file, name, replace);
          } catch (IOException | RuntimeException | Error e) {
            failed(file, name, e);
          } finally {
            // Whoever looks now finds the file itself.
            underway.remove(name);
            room.release();
          }
        });
  }

  @Override
  public void rename(DataName from, DataName to) throws IOException {
    marker.set();
    // Where another export was faster, it is the same file.
    calls.moveToFree(layout.object(from), layout.object(to));
  }

  private void acquire(int permits) {
    try {
      room.acquire(permits);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CvmfsFailure.Network("interrupted while exporting", e);
    }
  }

  private void write(DataFile wanted, DataName name, boolean replace) throws IOException {
    if (full.isPresent() || failure.isPresent()) {
      countMissing(wanted, name);
      return;
    }
    Path temporary = scratch.newFile("object");
    try {
      copyContent(wanted, temporary);
      ByteString path = Layout.bytes(temporary);
      metadata.applyToNew(path, wanted.expected(), false);
      if (publish(path, wanted, name, replace)) {
        statistics.dataFile(wanted.file().size());
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void copyContent(DataFile wanted, Path temporary) throws IOException {
    try (OutputStream out = Files.newOutputStream(temporary);
        InputStream in = opened(wanted)) {
      byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, wanted.file().size()))];
      for (int count = read(in, buffer); count >= 0; count = read(in, buffer)) {
        out.write(buffer, 0, count);
      }
    }
  }

  private InputStream opened(DataFile wanted) {
    try {
      return source.open(wanted.file());
    } catch (IOException e) {
      throw sourceFailure(e);
    }
  }

  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw sourceFailure(e);
    }
  }

  /** Not about the disk that is written to, for example about the cache. */
  private static UncheckedIOException sourceFailure(IOException e) {
    return new UncheckedIOException(e.getMessage(), e);
  }

  /** Gives the file its name; false if another process was faster. */
  private boolean publish(ByteString temporary, DataFile wanted, DataName name, boolean replace)
      throws IOException {
    ByteString target = layout.object(name);
    if (replace) {
      calls.rename(temporary, target);
      trust.written(target, wanted);
      return true;
    }
    boolean published;
    try {
      published = calls.moveToFree(temporary, target);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      makeDirectories(name.path());
      published = calls.moveToFree(temporary, target);
    }
    if (published) {
      trust.written(target, wanted);
      return true;
    }
    requireSame(target, wanted);
    return false;
  }

  /** Of two processes that want different variants of a name, one has to come again. */
  private void requireSame(ByteString target, DataFile wanted) throws IOException {
    Optional<FileStatus> status = calls.status(target);
    if (status.isEmpty()
        || status.get().size() != wanted.file().size()
        || !status.get().mtime().equals(wanted.expected().mtime())
        || status.get().permissions() != wanted.expected().permissions()) {
      throw new IOException(
          "%s was made by another export at the same moment, for another variant of the file; run this one again"
              .formatted(target));
    }
  }

  private void makeDirectories(String name) throws IOException {
    makeDirectory(layout.object(name.substring(0, 2)));
    makeDirectory(layout.object(name.substring(0, 5)));
  }

  private void makeDirectory(ByteString path) throws IOException {
    try {
      calls.makeDirectory(path, 0700);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  /** Once, however many files are to be links to it; what is beyond a bound is not counted. */
  private void countMissing(DataFile file, DataName name) {
    long fingerprint =
        31 * ByteBuffer.wrap(name.content().digest()).getLong()
            + ByteBuffer.wrap(name.meta().bytes()).getLong()
            + name.suffix().hashCode();
    if (missingNames.size() < MOST_MISSING && missingNames.add(fingerprint)) {
      missing.addAndGet(file.file().size());
    }
  }

  /** The first failure is the one to tell of. */
  private synchronized void failed(DataFile file, DataName name, Throwable e) {
    if (e instanceof IOException io && Space.isMissing(io)) {
      full = full.isPresent() ? full : Optional.of(file.file().path().toString());
      countMissing(file, name);
    } else {
      Throwable named =
          e instanceof IOException
              ? new IOException(
                  "cannot write %s into %s: %s"
                      .formatted(file.file().path(), layout.data(), e.getMessage()),
                  e)
              : e;
      failure = failure.isPresent() ? failure : Optional.of(named);
    }
  }

  /**
   * Waits until all are made.
   *
   * @throws IOException if one could not be; if the disk is full, with how much is missing
   */
  void finish() throws IOException {
    acquire(most);
    room.release(most);
    throwFailure();
    Optional<String> first = full;
    if (first.isPresent()) {
      throw Space.missing(layout, first.get(), missing.get());
    }
  }

  private void throwFailure() throws IOException {
    Optional<Throwable> first = failure;
    if (first.isEmpty()) {
      return;
    }
    if (first.get() instanceof IOException io) {
      throw io;
    }
    if (first.get() instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (first.get() instanceof Error error) {
      throw error;
    }
  }

  private synchronized void giveUp() {
    failure = failure.isPresent() ? failure : Optional.of(new IOException("given up"));
  }

  /** Ends the threads; what they were about is given up, and leaves nothing behind. */
  @Override
  public void close() {
    giveUp();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
