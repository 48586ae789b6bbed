package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.PlannedObjects;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the objects of a layer to the one thread that writes them, in order, with many on their
 * way at a time.
 *
 * <ol>
 *   <li>The planner (one thread) takes the next window of objects and settles for each where it
 *       comes from: the local cache, the layer to be replaced, the network. What comes from the
 *       layer it reads itself, in few long ranges.
 *   <li>Fetchers (many threads, they mostly wait) bring objects from the network into the cache.
 *   <li>Workers (a thread a core) prove and inflate objects, about 1 MiB of them at a time.
 *   <li>The writer takes the batches in the planner's order.
 * </ol>
 *
 * <p>What is on its way is bounded by bytes. Objects too large for that are not held at all: the
 * writer streams them.
 */
final class ContentPipeline implements ContentSource, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ContentPipeline.class);
  private static final int FETCHERS = 32;
  private static final int PERMIT = 1 << 10;
  private static final long BATCH_BYTES = ArrayPool.LEAST;
  private static final int BATCH_OBJECTS = 512;
  private static final int WINDOW_OBJECTS = 4096;
  private static final long WINDOW_BYTES = 32L << 20;

  private final ObjectSources sources;
  private final Semaphore inFlight;
  private final BlockingQueue<Future<Batch>> batches = new LinkedBlockingQueue<>();
  private final ExecutorService fetchers;
  private final ExecutorService workers;
  private final ExecutorService planner;
  private final AtomicLong bytesFromPresent = new AtomicLong();
  private final ArrayPool arrays;
  private Batch current;

  ContentPipeline(PlannedObjects order, ObjectSources sources) {
    this.sources = sources;
    this.inFlight = new Semaphore((int) (sources.packing().bytesInFlight() / PERMIT));
    this.arrays = new ArrayPool(sources.packing().bytesInFlight());
    this.current = nothing();
    this.fetchers = Executors.newFixedThreadPool(FETCHERS, r -> daemon(r, "fetch"));
    this.workers =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(), r -> daemon(r, "inflate"));
    this.planner = Executors.newSingleThreadExecutor(r -> daemon(r, "plan"));
    Future<?> ignored = planner.submit(() -> plan(order));
  }

  private static Thread daemon(Runnable body, String name) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Bytes of members that were taken from the layer to be replaced, so far. */
  long bytesFromPresent() {
    return bytesFromPresent.get();
  }

  @Override
  public ProvenObject next(PlannedObject object, int part) throws IOException {
    while (current.objects().isEmpty()) {
      current.arena().close();
      inFlight.release(current.permits());
      current = nothing();
      current = Awaited.result(take());
    }
    Ready ready = current.objects().remove();
    if (!ready.object().equals(object.objects().get(part))) {
      throw new AssertionError("objects out of step at " + object.name());
    }
    return ready.content();
  }

  private Batch nothing() {
    return new Batch(new ArrayDeque<>(), new Arena(arrays), 0);
  }

  private Future<Batch> take() throws IOException {
    try {
      return batches.take();
    } catch (InterruptedException e) {
      throw Awaited.interrupted();
    }
  }

  private void plan(PlannedObjects order) {
    try (Cursor<PlannedObject> objects = order.open();
        WindowPlanner windows = new WindowPlanner(objects, sources)) {
      while (windows.hasNext()) {
        submit(windows.next(WINDOW_OBJECTS, WINDOW_BYTES));
      }
    } catch (Throwable e) {
      // Whatever it is, the writer waits for batches and must hear of it.
      batches.add(CompletableFuture.failedFuture(e));
    }
  }

  private void submit(List<PlannedPart> window) throws IOException {
    List<Acquired> batch = new ArrayList<>();
    long bytes = 0;
    try (RangeReader ranges = RangeReader.over(sources.present(), window)) {
      for (PlannedPart part : window) {
        long cost = part.object().size() > ObjectPreparer.LARGE ? 0 : part.object().size();
        if (!batch.isEmpty() && (bytes + cost > BATCH_BYTES || batch.size() >= BATCH_OBJECTS)) {
          submitBatch(batch, bytes);
          batch = new ArrayList<>();
          bytes = 0;
        }
        batch.add(acquire(part, ranges));
        bytes += cost;
      }
    }
    if (!batch.isEmpty()) {
      submitBatch(batch, bytes);
    }
  }

  private void submitBatch(List<Acquired> batch, long bytes) throws IOException {
    // An array for the plain contents, and one for the members, which are seldom longer.
    int permits = 2 * ArrayPool.sizeFor(bytes) / PERMIT;
    try {
      inFlight.acquire(permits);
    } catch (InterruptedException e) {
      throw Awaited.interrupted();
    }
    batches.add(workers.submit(() -> prepare(batch, permits)));
  }

  private Acquired acquire(PlannedPart part, RangeReader ranges) throws IOException {
    if (part.present().isPresent()) {
      PresentMember place = part.present().get();
      return new Acquired.Present(part, place, ranges.read(place));
    }
    return part.local()
        ? new Acquired.Cached(part)
        : new Acquired.Fetched(part, fetchers.submit(() -> fetch(part)));
  }

  /** The bytes of small objects count as those of the batch, whose arrays are not taken yet. */
  private static Optional<byte[]> fetch(PlannedPart part) throws IOException {
    try (InputStream stored = part.store().open(part.object())) {
      return part.object().size() <= BATCH_BYTES
          ? Optional.of(stored.readAllBytes())
          : Optional.empty();
    }
  }

  private Batch prepare(List<Acquired> batch, int permits) throws IOException {
    Arena arena = new Arena(arrays);
    Queue<Ready> proven = new ArrayDeque<>(batch.size());
    try (ObjectPreparer preparer =
        new ObjectPreparer(
            sources.packing().inflation().open(), arena, bytesFromPresent::addAndGet)) {
      for (Acquired acquired : batch) {
        proven.add(new Ready(acquired.part().object(), preparer.prepare(acquired)));
      }
    }
    return new Batch(proven, arena, permits);
  }

  @Override
  public void close() {
    planner.shutdownNow();
    workers.shutdownNow();
    fetchers.shutdownNow();
    try {
      // So that nobody makes temporary files any more when they are removed.
      for (ExecutorService threads : List.of(planner, workers, fetchers)) {
        if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
          log.warn("threads that prepare objects do not end");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Objects ready to be written, their memory, and what that counts for in the bound. */
  private record Batch(Queue<Ready> objects, Arena arena, int permits) {}

  /** What is ready, and of which object it is. */
  private record Ready(ObjectRef object, ProvenObject content) {}
}
