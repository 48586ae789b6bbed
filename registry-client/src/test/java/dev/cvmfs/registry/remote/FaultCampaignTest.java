package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.EarlyUpload;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.RetryPolicy;
import dev.cvmfs.registry.Timeouts;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.FakeRegistry;
import dev.cvmfs.registry.testing.Fault;
import dev.cvmfs.registry.testing.FaultyProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Connections that break, stall, crawl or lie at seeded byte positions of uploads and downloads.
 * Each ends with the right blob, or, where a lie was told, with the right kind of error; and leaves
 * no session behind. {@code -Dcvmfs.long=true} takes 200 positions of each kind, each build 12.
 */
class FaultCampaignTest {
  private static final int ROUNDS = Boolean.getBoolean("cvmfs.long") ? 200 : 12;
  private static final int CHUNK = 32 * 1024;
  private static final int SIZE = 5 * CHUNK + 1000;
  private static final Fault[] FAULTS = Fault.values();

  private final FakeRegistry registry = new FakeRegistry();
  private final FaultyProxy proxy = new FaultyProxy(registry.port());
  private final Random random = new Random(20_260_101);

  @AfterEach
  void close() throws IOException {
    proxy.close();
    registry.close();
  }

  private RegistryClient client() {
    return new RegistryClient(
        RegistryOptions.builder(Map.of())
            .insecureHost("http://127.0.0.1")
            .timeouts(
                new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(4), Duration.ofSeconds(4)))
            .retries(new RetryPolicy(8, Duration.ofMillis(1), Duration.ofMillis(5), Duration.ZERO))
            .build(),
        CHUNK);
  }

  private ImageStore open(RegistryClient client) {
    return client.open(ImageName.ofTag(proxy.host(), "ns/app", "v1"));
  }

  /** Heads, chunk borders and the last bytes are where mistakes are made. */
  private long position() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(600);
      case 1 -> (1 + random.nextInt(5)) * (long) CHUNK + random.nextInt(900) - 300;
      default -> random.nextInt(SIZE + 600);
    };
  }

  @Test
  void download_faultAnywhere_isRightOrSaysItIsNot() {
    byte[] bytes = Bytes.random(SIZE, 1);
    Descriptor blob = registry.repository().add(bytes);
    for (int round = 0; round < ROUNDS; round++) {
      Fault fault = FAULTS[round % FAULTS.length];
      long position = position();
      try (RegistryClient client = client()) {
        ImageStore store = open(client);
        proxy.faultDown(fault, position);
        check(
            fault,
            "download %d: %s at %d".formatted(round, fault, position),
            () -> assertThat(store.readBlob(blob, SIZE)).isEqualTo(bytes));
      }
      proxy.behave();
    }
  }

  @Test
  void upload_faultAnywhereOnTheWayUp_arrivesOrSaysWhyNot() {
    uploads(true);
  }

  @Test
  void upload_faultAnywhereInTheAnswers_arrivesOrSaysWhyNot() {
    uploads(false);
  }

  private void uploads(boolean faultUp) {
    int left = 0;
    for (int round = 0; round < ROUNDS; round++) {
      left += upload(round, faultUp);
    }
    // A session whose beginning was answered into a broken line is known to nobody.
    assertThat(left).isLessThan(ROUNDS / 2);
  }

  /**
   * In turn: one PUT, chunks, an upload that begins early.
   *
   * @return how many sessions are left
   */
  private int upload(int round, boolean faultUp) {
    byte[] bytes = Bytes.random(SIZE - round % 7, round);
    Descriptor blob = Bytes.describe(bytes);
    Fault fault = FAULTS[round % FAULTS.length];
    long position = faultUp ? position() : random.nextInt(1500);
    int way = (round + round / FAULTS.length) % 3;
    String story =
        "upload %d (way %d): %s at %d, %s"
            .formatted(round, way, fault, position, faultUp ? "up" : "down");
    if (way == 1) {
      registry.on("PUT", ".*uploads.*").once(call -> call.answer(413));
    }
    try (RegistryClient client = client()) {
      ImageStore store = open(client);
      if (faultUp) {
        proxy.faultUp(fault, position);
      } else {
        proxy.faultDown(fault, position);
      }
      check(
          fault,
          story,
          () -> {
            if (way == 2) {
              pushEarly(store, blob, bytes);
            } else {
              store.pushBlob(blob, BlobSource.of(bytes));
            }
            assertThat(registry.repository().blob(blob.digest())).as(story).contains(bytes);
          });
    }
    proxy.behave();
    if (fault.isHonest()) {
      assertThat(leftBehind()).as(story).isEmpty();
    }
    int open = registry.repository().openSessions().size();
    registry.repository().forgetSessions();
    return open;
  }

  /** Sessions that the client knew of, and has neither ended nor cancelled. */
  private List<String> leftBehind() {
    return registry.repository().openSessions().stream()
        .filter(
            session ->
                registry.seen().stream()
                    .anyMatch(seen -> seen.target().matches(".*/" + session + "(\\?.*)?")))
        .toList();
  }

  private static void pushEarly(ImageStore store, Descriptor blob, byte[] bytes)
      throws IOException {
    try (EarlyUpload upload = store.beginBlob(BlobSource.of(bytes))) {
      for (int written = 0; written < bytes.length; written += 10_000) {
        upload.available(written);
      }
      upload.finish(blob);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void check(Fault fault, String story, Work work) {
    try {
      work.run();
    } catch (RegistryFailure e) {
      // A lie may be in a number or a name, of which we cannot know that it was not meant; and
      // who gets half a head and no more may well say that it is a bad one.
      boolean halfAHead =
          fault == Fault.HALF_CLOSE && String.valueOf(e.getMessage()).contains("answered 400");
      if (fault.isHonest() && !halfAHead) {
        fail(story + " is not mended", e);
      }
    } catch (IOException e) {
      fail(story + " is taken for our own disk", e);
    }
  }
}
