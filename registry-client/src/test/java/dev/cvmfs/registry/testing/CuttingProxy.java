package dev.cvmfs.registry.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Forwards connections to another port and resets one after a given number of bytes. */
public final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicLong upLeft = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong downLeft = new AtomicLong(Long.MAX_VALUE);

  public CuttingProxy(int targetPort) {
    target = targetPort;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::acceptAll);
  }

  public String host() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** Cuts the connection that carries the given byte, counted from now, to the server. */
  public void cutUpAfter(long bytes) {
    upLeft.set(bytes);
  }

  /** Cuts the connection that carries the given byte, counted from now, to the client. */
  public void cutDownAfter(long bytes) {
    downLeft.set(bytes);
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        threads.execute(() -> pump(client, server, upLeft));
        threads.execute(() -> pump(server, client, downLeft));
      }
    } catch (IOException e) {
      threads.shutdown(); // closed: the test is over
    }
  }

  private static void pump(Socket from, Socket to, AtomicLong left) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        long before = left.getAndAdd(-read);
        if (before <= read) {
          out.write(buffer, 0, (int) before);
          left.set(Long.MAX_VALUE);
          from.setSoLinger(true, 0);
          to.setSoLinger(true, 0);
          return;
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // The other direction was cut, or one side went away: so is this connection.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    threads.shutdownNow();
  }
}
