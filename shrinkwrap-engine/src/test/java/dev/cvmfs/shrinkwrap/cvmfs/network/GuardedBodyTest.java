package dev.cvmfs.shrinkwrap.cvmfs.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.cvmfs.http.TransferException;
import dev.cvmfs.shrinkwrap.cvmfs.http.TransferException.Stage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GuardedBodyTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong time = new AtomicLong();
  private final AtomicLong received = new AtomicLong();

  private GuardedBody body(int length, long limit) {
    return new GuardedBody(
        new ByteArrayInputStream(new byte[length]),
        limit,
        1000,
        Duration.ofSeconds(5),
        time::get,
        received);
  }

  @Test
  void body_ofJustTheLimit_passesAndIsCounted() throws IOException {
    assertThat(body(100, 100).readAllBytes()).hasSize(100);
    assertThat(received).hasValue(100);
  }

  @Test
  void body_beyondTheLimit_isBadData() {
    assertThatThrownBy(() -> body(101, 100).readAllBytes())
        .isInstanceOf(BadDataException.class)
        .hasMessage("longer than the 100 bytes it can have");
  }

  @Test
  void body_slowForAWholePeriod_isGivenUp() throws IOException {
    GuardedBody body = body(100_000, 100_000);
    body.readNBytes(4000);
    time.set(4 * SECOND);
    body.readNBytes(10);
    time.set(5 * SECOND);
    assertThatThrownBy(body::read)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.stage()).isEqualTo(Stage.SLOW))
        .hasMessage("sent only 802 bytes a second for 5 s, the limit is 1000");
  }

  @Test
  void body_thatCatchesUpInTime_passes() throws IOException {
    GuardedBody body = body(100_000, 100_000);
    time.set(4 * SECOND);
    body.readNBytes(6000);
    time.set(5 * SECOND);
    body.readNBytes(1);
    time.set(9 * SECOND);
    assertThat(body.readNBytes(6000)).hasSize(6000);
  }

  @Test
  void body_slowOnlyAfterAFastPeriod_isGivenUpToo() throws IOException {
    GuardedBody body = body(1_000_000, 1_000_000);
    body.readNBytes(900_000);
    time.set(6 * SECOND);
    body.readNBytes(1);
    time.set(12 * SECOND);
    assertThatThrownBy(body::read).isInstanceOf(TransferException.class);
  }
}
