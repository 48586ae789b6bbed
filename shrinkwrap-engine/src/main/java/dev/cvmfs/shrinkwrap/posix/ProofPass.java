package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.source.SourceTree;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Proves, with several threads, the files of the store that a walk may come across, so that the
 * plan, which one thread makes, need not.
 */
final class ProofPass {
  private static final int UNDERWAY_PER_THREAD = 8;

  private final PosixCalls calls;
  private final Layout layout;
  private final StoreTrust trust;
  private final int threadCount;

  ProofPass(PosixCalls calls, Layout layout, StoreTrust trust, int threadCount) {
    this.calls = calls;
    this.layout = layout;
    this.trust = trust;
    this.threadCount = threadCount;
  }

  void run(SourceTree source, Specification specification) throws IOException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            threadCount,
            task -> {
              Thread thread = new Thread(task, "export-prove");
              thread.setDaemon(true);
              return thread;
            });
    Deque<Future<?>> underway = new ArrayDeque<>();
    try (EntryCursor entries = source.walk(specification, CatalogGate.OPEN)) {
      while (entries.hasNext()) {
        if (entries.next() instanceof Entry.RegularFile file && file.size() > 0) {
          underway.add(threads.submit(() -> prove(file)));
          if (underway.size() > UNDERWAY_PER_THREAD * threadCount) {
            await(underway.remove());
          }
        }
      }
      while (!underway.isEmpty()) {
        await(underway.remove());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void prove(Entry.RegularFile file) {
    // Attributes make no difference to the content.
    DataFile wanted = DataFile.of(file, Expected.none());
    try {
      for (DataName name : List.of(wanted.plain(), wanted.special())) {
        ByteString path = layout.object(name);
        Optional<FileStatus> status = calls.status(path);
        if (status.isPresent() && status.get().isRegular() && status.get().size() == file.size()) {
          trust.proves(path, status.get(), wanted);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(Future<?> proof) throws IOException {
    try {
      proof.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UncheckedIOException failure && failure.getCause() != null) {
        throw failure.getCause();
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("a proof failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CvmfsFailure.Network("interrupted while exporting", e);
    }
  }
}
