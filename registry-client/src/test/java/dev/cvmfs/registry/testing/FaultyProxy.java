package dev.cvmfs.registry.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Forwards connections to another port, and does one thing to one of them: when the byte at a given
 * position passes, counted over all connections in one direction from when it was asked for.
 */
public final class FaultyProxy implements AutoCloseable {
  private static final int SLOW_BYTES = 64;

  private final ServerSocket listening;
  private final int target;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Plan up = new Plan();
  private final Plan down = new Plan();

  /** What is to happen in one direction; once. */
  private static final class Plan {
    private Optional<Fault> fault = Optional.empty();
    private long left;

    synchronized void at(Fault what, long position) {
      fault = Optional.of(what);
      left = position;
    }

    synchronized void none() {
      fault = Optional.empty();
    }

    synchronized boolean isPending() {
      return fault.isPresent();
    }

    /** How many of these bytes pass before the fault; all of them if it is not their turn. */
    synchronized Strike strike(int bytes) {
      if (fault.isEmpty() || left >= bytes) {
        left -= bytes;
        return new Strike(bytes, Optional.empty());
      }
      Strike strike = new Strike((int) left, fault);
      fault = Optional.empty();
      return strike;
    }
  }

  private record Strike(int before, Optional<Fault> fault) {}

  public FaultyProxy(int targetPort) {
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

  /** Plans a fault in what goes to the server. */
  public void faultUp(Fault fault, long position) {
    up.at(fault, position);
  }

  /** Plans a fault in what comes from the server. */
  public void faultDown(Fault fault, long position) {
    down.at(fault, position);
  }

  /** Whether a planned fault has not happened yet. */
  public boolean isPending() {
    return up.isPending() || down.isPending();
  }

  /** Takes back what has not happened. */
  public void behave() {
    up.none();
    down.none();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        open.add(client);
        open.add(server);
        threads.execute(() -> pump(client, server, up));
        threads.execute(() -> pump(server, client, down));
      }
    } catch (IOException e) {
      threads.shutdown(); // closed: the test is over
    }
  }

  private static void pump(Socket from, Socket to, Plan plan) {
    boolean over = true;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        Strike strike = plan.strike(read);
        out.write(buffer, 0, strike.before());
        if (strike.fault().isPresent()
            && !goesOn(strike.fault().get(), from, to, buffer, strike.before(), read)) {
          over = strike.fault().get() != Fault.HALF_CLOSE;
          return;
        }
      }
    } catch (IOException e) {
      over = true; // the other direction was cut, or one side went away: so is this connection
    } finally {
      if (over) {
        close(from);
        close(to);
      }
    }
  }

  /** Does it; whether the connection goes on. */
  private static boolean goesOn(
      Fault fault, Socket from, Socket to, byte[] buffer, int position, int length)
      throws IOException {
    OutputStream out = to.getOutputStream();
    switch (fault) {
      case CUT -> {
        return false;
      }
      case RESET -> {
        from.setSoLinger(true, 0);
        to.setSoLinger(true, 0);
        return false;
      }
      case HALF_CLOSE -> {
        to.shutdownOutput();
        return swallow(from);
      }
      case STALL -> {
        return swallow(from);
      }
      case GARBLE -> {
        buffer[position] ^= 4;
        out.write(buffer, position, length - position);
        return true;
      }
      case THROTTLE -> {
        int slow = Math.min(length, position + SLOW_BYTES);
        for (int i = position; i < slow; i++) {
          out.write(buffer[i]);
          out.flush();
        }
        out.write(buffer, slow, length - slow);
        return true;
      }
    }
    throw new AssertionError(fault);
  }

  /** Takes whatever still comes, until the sender has had enough. */
  private static boolean swallow(Socket from) throws IOException {
    from.getInputStream().transferTo(OutputStream.nullOutputStream());
    return false;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    open.forEach(FaultyProxy::close);
    threads.shutdownNow();
  }
}
