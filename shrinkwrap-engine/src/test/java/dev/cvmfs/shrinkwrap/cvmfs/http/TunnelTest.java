package dev.cvmfs.shrinkwrap.cvmfs.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.cvmfs.http.TransferException.Stage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TunnelTest {

  /** The kernel accepts the connection and takes the request; nobody ever answers it. */
  @Test
  @Timeout(60)
  void proxy_thatNeverAnswersConnect_isGivenUpInTime() throws Exception {
    URI uri = URI.create("https://cvmfs.example.org/cvmfs/x.example.org/.cvmfspublished");
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Transports transports = new Transports("test")) {
      URI proxy = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      Transport transport = transports.transport(uri, Optional.of(proxy));
      assertThatThrownBy(
              () -> transport.get(new Get(uri, Duration.ofSeconds(1), false, Optional.empty())))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.stage()).isEqualTo(Stage.SLOW));
    }
  }
}
