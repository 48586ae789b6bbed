package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.HostLimits;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.FakeRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How hard a host is pressed. */
class HostLimitsTest {
  private final Fixture fixture = new Fixture();
  private final FakeRegistry registry = fixture.registry;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void interval_betweenRequests_isKept() {
    registry.repository().add("v1", Bytes.manifest("image"));
    ImageStore store =
        fixture.store(options -> options.limits(new HostLimits(4, Duration.ofSeconds(2))));

    store.manifest("v1");
    store.manifest("v1");
    fixture.time.advance(Duration.ofMillis(500));
    store.manifest("v1");

    assertThat(fixture.time.sleeps())
        .containsExactly(Duration.ofSeconds(2), Duration.ofMillis(1500));
  }

  @Test
  void interval_afterRetryAfter_beginsWhenTheGateOpens() {
    registry.repository().add("v1", Bytes.manifest("image"));
    registry.on("GET", ".*").once(call -> call.with("Retry-After", "10").answer(429));
    ImageStore store =
        fixture.store(options -> options.limits(new HostLimits(4, Duration.ofSeconds(2))));

    store.manifest("v1");
    store.manifest("v1");

    assertThat(fixture.time.sleeps())
        .containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(2));
  }

  @Test
  void requestsAtOnce_manyThreads_areNeverMore() {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier pairs = new CyclicBarrier(2);
    registry
        .on("HEAD", ".*")
        .always(
            call -> {
              most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
              await(pairs);
              atOnce.decrementAndGet();
              call.answer(200);
            });
    ImageStore store = fixture.store(options -> options.limits(new HostLimits(2, Duration.ZERO)));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CompletableFuture.allOf(
              IntStream.range(0, 8)
                  .mapToObj(
                      i ->
                          CompletableFuture.runAsync(
                              () -> store.hasBlob(ImageStoreContract.BLOB.digest()), threads))
                  .toArray(CompletableFuture[]::new))
          .join();
    } finally {
      threads.shutdown();
    }

    assertThat(most).hasValue(2);
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void oneRequestAtOnce_blobCopiedWithinAHost_arrives() throws IOException {
    byte[] bytes = Bytes.random(3 * Fixture.CHUNK, 1);
    Descriptor blob = registry.repository().add(bytes);
    registry.on("HEAD", fixture.path("blobs/.*")).once(call -> call.answer(404));
    // What is too much at once goes up in chunks, each of which asks for its part of the source.
    registry.on("PUT", fixture.path("blobs/uploads/.*")).once(call -> call.answer(413));
    RegistryClient client =
        fixture.client(options -> options.limits(new HostLimits(1, Duration.ZERO)));
    ImageStore source = client.open(ImageName.ofTag(registry.host(), "other/app", "v1"));
    ImageStore target = client.open(fixture.name());

    boolean sent =
        target.pushBlob(
            blob, offset -> source.openRange(blob, offset, blob.size() - offset).orElseThrow());

    assertThat(sent).isTrue();
    assertThat(registry.seen("PATCH")).isNotEmpty();
  }

  private static void await(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IOException(e);
    }
  }
}
