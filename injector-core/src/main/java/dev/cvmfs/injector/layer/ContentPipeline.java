package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.PlannedObjects;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
  private static final long BYTES_IN_FLIGHT = 64L << 20;
  private static final int PERMIT = 1 << 10;
  private static final long BATCH_BYTES = 1 << 20;
  private static final int BATCH_OBJECTS = 512;
  static final long LARGE = 16L << 20;
  private static final int WINDOW_OBJECTS = 4096;
  private static final long WINDOW_BYTES = 32L << 20;

  private final ObjectSources sources;
  private final Semaphore inFlight = new Semaphore((int) (BYTES_IN_FLIGHT / PERMIT));
  private final BlockingQueue<Future<Batch>> batches = new LinkedBlockingQueue<>();
  private final ExecutorService fetchers;
  private final ExecutorService workers;
  private final ExecutorService planner;
  private final AtomicLong bytesFromPresent = new AtomicLong();
  private Batch current = new Batch(new ArrayDeque<>(), 0);

  ContentPipeline(PlannedObjects order, ObjectSources sources) {
    this.sources = sources;
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
      inFlight.release(current.permits());
      current = new Batch(new ArrayDeque<>(), 0);
      current = await(take());
    }
    Ready ready = current.objects().remove();
    if (!ready.object().equals(object.objects().get(part))) {
      throw new AssertionError("objects out of step at " + object.name());
    }
    return ready.content();
  }

  private Future<Batch> take() throws IOException {
    try {
      return batches.take();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException failure) {
        throw failure;
      }
      if (cause instanceof RuntimeException failure) {
        throw failure;
      }
      if (cause instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException("an unexpected failure while preparing objects", cause);
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while preparing objects");
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
        long cost = part.object().size() > LARGE ? 0 : part.object().size();
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
    // Plain content and member together are seldom twice the plain size; small objects cost at
    // least their frames.
    int permits = (int) Math.min(2 * bytes / PERMIT + batch.size() + 1, BYTES_IN_FLIGHT / PERMIT);
    try {
      inFlight.acquire(permits);
    } catch (InterruptedException e) {
      throw interrupted();
    }
    batches.add(workers.submit(() -> prepare(batch, permits)));
  }

  private Acquired acquire(PlannedPart part, RangeReader ranges) throws IOException {
    if (part.present().isPresent()) {
      PresentMember member = part.present().get();
      return new Acquired(part, Optional.of(ranges.read(member)), Optional.empty());
    }
    if (part.local()) {
      return new Acquired(part, Optional.empty(), Optional.empty());
    }
    Future<?> fetch =
        fetchers.submit(
            () -> {
              part.store().open(part.object()).close();
              return part;
            });
    return new Acquired(part, Optional.empty(), Optional.of(fetch));
  }

  private Batch prepare(List<Acquired> batch, int permits) throws IOException {
    Queue<Ready> proven = new ArrayDeque<>(batch.size());
    try (ObjectCopier copier = new ObjectCopier()) {
      for (Acquired acquired : batch) {
        proven.add(new Ready(acquired.part().object(), prepare(acquired, copier)));
      }
    }
    return new Batch(proven, permits);
  }

  private ProvenObject prepare(Acquired acquired, ObjectCopier copier) throws IOException {
    try {
      return prove(acquired, copier);
    } catch (CvmfsFailure e) {
      throw new ObjectUnavailableException(acquired.part().file(), e);
    }
  }

  private ProvenObject prove(Acquired acquired, ObjectCopier copier) throws IOException {
    PlannedPart part = acquired.part();
    if (acquired.member().isPresent()) {
      try {
        HeapObject proven = HeapObject.ofMember(acquired, copier);
        bytesFromPresent.addAndGet(proven.stored().length());
        return proven;
      } catch (ObjectMismatchException e) {
        // The old layer holds something else than it says: its loss, the object is fetched as if it
        // were not there.
        part.store().open(part.object()).close();
      }
    }
    if (acquired.fetch().isPresent()) {
      await(acquired.fetch().get());
    }
    if (part.object().size() > LARGE) {
      return members -> stream(part, members);
    }
    try (InputStream stored = part.store().openUnchecked(part.object())) {
      return HeapObject.ofStored(stored, part.object(), copier);
    } catch (ObjectMismatchException e) {
      log.debug("it may be spoilt in the cache: {}", e.getMessage());
    }
    try (InputStream stored = part.store().open(part.object())) {
      return HeapObject.ofStored(stored, part.object(), copier);
    } catch (ObjectMismatchException e) {
      throw notAsCatalogued(e);
    }
  }

  private static StoredMember stream(PlannedPart part, MemberSink members) throws IOException {
    try (InputStream stored = part.store().open(part.object());
        ObjectCopier copier = new ObjectCopier()) {
      return copier.copy(stored, part.object(), members::blob, members::plain);
    } catch (ObjectMismatchException e) {
      throw new ObjectUnavailableException(part.file(), notAsCatalogued(e));
    } catch (CvmfsFailure e) {
      throw new ObjectUnavailableException(part.file(), e);
    }
  }

  /**
   * The store has checked the hash, so it is the catalog that says something else of the object
   * than what it is.
   */
  private static CvmfsFailure notAsCatalogued(ObjectMismatchException e) {
    return new CvmfsFailure.Data(
        "A catalog does not describe one of its objects rightly: %s. Tell the repository's publishers."
            .formatted(e.getMessage()),
        e);
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

  /** Objects ready to be written, and what they count for in the bound on bytes in flight. */
  private record Batch(Queue<Ready> objects, int permits) {}

  /** What is ready, and of which object it is. */
  private record Ready(ObjectRef object, ProvenObject content) {}

  /** An object on its way: read from the old layer, being fetched, or in the cache. */
  private record Acquired(
      PlannedPart part, Optional<ByteArrayInputStream> member, Optional<Future<?>> fetch) {}

  /** An object in memory: its member and its plain content. */
  private record HeapObject(StoredMember stored, ByteBuffers bytes) implements ProvenObject {

    static HeapObject ofMember(Acquired acquired, ObjectCopier copier)
        throws IOException, ObjectMismatchException {
      PlannedPart part = acquired.part();
      ByteBuffers bytes = new ByteBuffers(part.object().size());
      StoredMember stored =
          copier.copyMember(
              acquired.member().orElseThrow(),
              part.present().orElseThrow().member(),
              part.object(),
              bytes.member::write,
              bytes.plain::write);
      return new HeapObject(stored, bytes);
    }

    static HeapObject ofStored(InputStream in, ObjectRef object, ObjectCopier copier)
        throws IOException, ObjectMismatchException {
      ByteBuffers bytes = new ByteBuffers(object.size());
      StoredMember stored = copier.copy(in, object, bytes.member::write, bytes.plain::write);
      return new HeapObject(stored, bytes);
    }

    @Override
    public StoredMember writeTo(MemberSink members) throws IOException {
      bytes.member.writeTo(members::blob);
      bytes.plain.writeTo(members::plain);
      return stored;
    }
  }

  private static final class ByteBuffers {
    private final OpenByteArray member;
    private final OpenByteArray plain;

    private ByteBuffers(long plainSize) {
      this.plain = new OpenByteArray((int) plainSize);
      this.member = new OpenByteArray((int) plainSize / 2 + 64);
    }
  }

  /** A byte array stream whose array is read without copying it. */
  private static final class OpenByteArray extends ByteArrayOutputStream {
    private OpenByteArray(int size) {
      super(size);
    }

    private void writeTo(ObjectCopier.Sink sink) throws IOException {
      sink.write(buf, 0, count);
    }
  }
}
